package io.tributary.transport.artifact;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A manifest of files on the disk, hashed by reading each once.
 *
 * @param files in the order of the manifest's entries
 */
public record ManifestFiles(Manifest manifest, List<StoredFile> files) {
  public ManifestFiles {
    files = List.copyOf(files);
  }

  /** All files below a folder, hidden ones left out; INVALID_DATA where it can't be read. */
  public static ManifestFiles ofFolder(Path folder) {
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
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA,
          folder + ": can't be read (expected: a readable model folder). Check its files.",
          e);
    }
  }

  /** The entry of one file under a path or role. */
  public static ManifestEntry entry(String path, Path file) throws IOException {
    MessageDigest whole = Digest.sha256();
    List<Digest> chunks = new ArrayList<>();
    long size = 0;
    ByteBuffer piece = ByteBuffer.allocate(ManifestEntry.CHUNK_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (fill(channel, piece)) {
        whole.update(piece.duplicate());
        chunks.add(Digest.of(piece));
        size += piece.remaining();
        piece.clear();
      }
    }
    List<Digest> listed = size <= ManifestEntry.CHUNK_BYTES ? List.of() : chunks;
    return new ManifestEntry(path, Digest.ofHash(whole.digest()), size, listed);
  }

  private static boolean isPart(Path folder, Path file) {
    for (Path part : folder.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return Files.isRegularFile(file);
  }

  private static boolean fill(FileChannel channel, ByteBuffer piece) throws IOException {
    while (piece.hasRemaining() && channel.read(piece) >= 0) {
      // until the piece is full or the file ends
    }
    return piece.flip().hasRemaining();
  }
}
