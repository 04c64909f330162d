package io.tributary.federation.manifest;

import io.tributary.federation.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the entry of a file from its bytes as they pass by, so that a file that is being written
 * need not be read again. For one thread.
 */
public final class EntryHash {
  private final MessageDigest whole = Digest.sha256();
  private final MessageDigest chunk = Digest.sha256();
  private final List<Digest> chunks = new ArrayList<>();
  private long size;
  private int inChunk;

  /** Takes the next bytes, all that remain in the buffer. */
  public void update(ByteBuffer bytes) {
    size += bytes.remaining();
    whole.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      int part = Math.min(bytes.remaining(), ManifestEntry.CHUNK_BYTES - inChunk);
      chunk.update(bytes.slice(bytes.position(), part));
      bytes.position(bytes.position() + part);
      inChunk += part;
      if (inChunk == ManifestEntry.CHUNK_BYTES) {
        endChunk();
      }
    }
  }

  /**
   * The entry of all bytes that passed; once.
   *
   * @param path relative path, or a role
   */
  public ManifestEntry entry(String path) {
    if (inChunk > 0) {
      endChunk();
    }
    List<Digest> listed = size <= ManifestEntry.CHUNK_BYTES ? List.of() : chunks;
    return new ManifestEntry(path, Digest.ofHash(whole.digest()), size, listed);
  }

  private void endChunk() {
    chunks.add(Digest.ofHash(chunk.digest()));
    inChunk = 0;
  }
}
