package io.tributary.coordinator.artifact;

import io.tributary.federation.Digest;
import io.tributary.federation.manifest.ManifestEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** Makes the manifest entry of a file by reading it once. */
final class FileEntry {
  private FileEntry() {}

  static ManifestEntry of(String role, Path file) throws IOException {
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
    return new ManifestEntry(role, Digest.ofHash(whole.digest()), size, listed);
  }

  private static boolean fill(FileChannel channel, ByteBuffer piece) throws IOException {
    while (piece.hasRemaining() && channel.read(piece) >= 0) {
      // until the piece is full or the file ends
    }
    return piece.flip().hasRemaining();
  }
}
