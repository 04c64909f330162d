package io.tributary.transport.artifact;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.EntryHash;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A manifest of files on the disk, hashed by reading each once.
 *
 * @param files in the order of the manifest's entries
 */
public record ManifestFiles(Manifest manifest, List<StoredFile> files) {
  private static final int PIECE_BYTES = 256 << 10;

  public ManifestFiles {
    files = List.copyOf(files);
  }

  /** All files below a folder, hidden ones left out; INVALID_DATA where it can't be read. */
  public static ManifestFiles ofFolder(Path folder) {
    try {
      return ofRealFolder(folder.toRealPath());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA,
          folder + ": can't be read (expected: a readable model folder). Check its files.",
          e);
    }
  }

  /** The folder itself may be a link, which a walk would not follow. */
  private static ManifestFiles ofRealFolder(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      List<ManifestEntry> entries = new ArrayList<>();
      for (Path file : found.filter(f -> isPart(folder, f)).sorted().toList()) {
        entries.add(entry(folder.relativize(file).toString().replace('\\', '/'), file));
      }
      Manifest manifest = Manifest.of(Manifest.FOLDER, entries);
      List<StoredFile> files =
          manifest.entries().stream()
              .map(e -> new StoredFile(folder.resolve(e.path()), e.digest(), e.size()))
              .toList();
      return new ManifestFiles(manifest, files);
    }
  }

  /** The entry of one file under a path or role. */
  public static ManifestEntry entry(String path, Path file) throws IOException {
    var hash = new EntryHash();
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(piece) >= 0) {
        hash.update(piece.flip());
        piece.clear();
      }
    }
    return hash.entry(path);
  }

  private static boolean isPart(Path folder, Path file) {
    for (Path part : folder.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return Files.isRegularFile(file);
  }
}
