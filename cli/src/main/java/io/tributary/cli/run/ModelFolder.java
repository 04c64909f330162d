package io.tributary.cli.run;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.transport.artifact.StoredFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a model's folder, hashed.
 *
 * @param files in the order of the manifest's entries
 */
public record ModelFolder(Manifest manifest, List<StoredFile> files) {
  private static final int BLOCK = 1 << 20;

  public ModelFolder {
    files = List.copyOf(files);
  }

  /** Reads all files below a folder, hidden ones left out. */
  public static ModelFolder read(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      List<ManifestEntry> entries = new ArrayList<>();
      for (Path file : found.filter(f -> isPart(folder, f)).sorted().toList()) {
        entries.add(entry(folder, file));
      }
      Manifest manifest = Manifest.of(Manifest.FOLDER, entries);
      List<StoredFile> files =
          manifest.entries().stream()
              .map(e -> new StoredFile(folder.resolve(e.path()), e.digest(), e.size()))
              .toList();
      return new ModelFolder(manifest, files);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA,
          folder + ": can't be read (expected: a readable model folder). Check its files.",
          e);
    }
  }

  private static boolean isPart(Path folder, Path file) {
    for (Path part : folder.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return Files.isRegularFile(file);
  }

  private static ManifestEntry entry(Path folder, Path file) throws IOException {
    MessageDigest whole = Digest.sha256();
    List<Digest> chunks = new ArrayList<>();
    long size = 0;
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), whole)) {
      byte[] block = new byte[BLOCK];
      MessageDigest chunk = Digest.sha256();
      int filled = 0;
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        int from = 0;
        while (from < read) {
          int take = Math.min(read - from, ManifestEntry.CHUNK_BYTES - filled);
          chunk.update(block, from, take);
          filled += take;
          from += take;
          if (filled == ManifestEntry.CHUNK_BYTES) {
            chunks.add(Digest.ofHash(chunk.digest()));
            filled = 0;
          }
        }
        size += read;
      }
      if (filled > 0) {
        chunks.add(Digest.ofHash(chunk.digest()));
      }
    }
    String path = folder.relativize(file).toString().replace('\\', '/');
    return new ManifestEntry(
        path,
        Digest.ofHash(whole.digest()),
        size,
        size <= ManifestEntry.CHUNK_BYTES ? List.of() : chunks);
  }
}
