package io.tributary.aggregation.tensor;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Hashes the bytes of another source while they are read for some other purpose, so that one pass
 * serves both. Made for passes from front to end; what is read again is hashed once, what is left
 * out is read by {@link #digest}. For one thread.
 */
public final class HashedSource implements ByteSource {
  private static final int REST_BYTES = 64 << 10;

  private final ByteSource bytes;
  private final MessageDigest sha256 = Digest.sha256();
  private long hashed;

  public HashedSource(ByteSource bytes) {
    this.bytes = requireNonNull(bytes, "bytes");
  }

  @Override
  public long size() throws IOException {
    return bytes.size();
  }

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    int start = into.position();
    bytes.read(position, into);
    long end = position + into.position() - start;
    if (position <= hashed && hashed < end) {
      int seen = Math.toIntExact(hashed - position);
      sha256.update(into.duplicate().position(start + seen).limit(into.position()));
      hashed = end;
    }
  }

  /** The digest of all bytes; once. Reads those that nobody read. */
  public Digest digest() throws IOException {
    ByteBuffer rest = ByteBuffer.allocate(REST_BYTES);
    for (long left = size() - hashed; left > 0; left = size() - hashed) {
      rest.clear().limit((int) Math.min(REST_BYTES, left));
      read(hashed, rest);
    }
    return Digest.ofHash(sha256.digest());
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
