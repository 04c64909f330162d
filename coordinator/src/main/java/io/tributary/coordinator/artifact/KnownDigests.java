package io.tributary.coordinator.artifact;

import io.tributary.federation.Digest;
import io.tributary.transport.artifact.ArtifactStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The digests of files, read once in a process's life and again where the file has changed since.
 * Safe for all threads; none waits while another one reads.
 */
final class KnownDigests {
  private static final int REMEMBERED = 16_384;

  private record Known(FileLook look, Digest digest) {}

  private final Map<Path, Known> files = new RecentlyUsed<>(REMEMBERED);

  /** The digest of the bytes that are in the file. */
  Digest of(Path file) {
    FileLook look = FileLook.at(file);
    Optional<Known> known = find(file).filter(found -> found.look().equals(look));
    if (known.isPresent()) {
      return known.get().digest();
    }
    Digest digest = ArtifactStore.hash(file);
    keep(file, new Known(look, digest));
    return digest;
  }

  /** Remembers a digest that was found while the file was written. */
  void know(Path file, Digest digest) {
    keep(file, new Known(FileLook.at(file), digest));
  }

  private synchronized Optional<Known> find(Path file) {
    return Optional.ofNullable(files.get(file));
  }

  private synchronized void keep(Path file, Known known) {
    files.put(file, known);
  }
}
