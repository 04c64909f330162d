package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Some bytes of a file and where they begin in it: what a {@code Chunk} of the wire says, without a
 * copy of its bytes. They are lent: a piece that was received is valid until the call that handed
 * it over returns, one that was made for sending until it is released, which the transport does
 * when it has taken the bytes. What is to stay must be copied.
 */
public final class Piece {
  private final long offset;
  private final List<ByteBuffer> bytes;
  private final int size;
  private final Runnable release;
  private final AtomicBoolean released = new AtomicBoolean();

  private Piece(long offset, List<ByteBuffer> bytes, Runnable release) {
    this.offset = offset;
    this.bytes = bytes;
    this.size = bytes.stream().mapToInt(ByteBuffer::remaining).sum();
    this.release = release;
  }

  /** Bytes that nobody takes back. */
  public static Piece of(long offset, ByteString bytes) {
    return lent(offset, bytes.asReadOnlyByteBufferList(), () -> {});
  }

  /**
   * Bytes between the positions and limits of buffers.
   *
   * @param release run at most once, when the bytes are not needed any more; perhaps never
   */
  static Piece lent(long offset, List<ByteBuffer> bytes, Runnable release) {
    return new Piece(offset, List.copyOf(bytes), requireNonNull(release, "release"));
  }

  /** Position of the first byte in the whole. */
  public long offset() {
    return offset;
  }

  /** Number of bytes. */
  public int size() {
    return size;
  }

  /** The bytes, in views of the caller's own. */
  List<ByteBuffer> views() {
    if (released.get()) {
      throw new IllegalStateException("the bytes of a released piece are used again");
    }
    return bytes.stream().map(ByteBuffer::duplicate).toList();
  }

  void release() {
    if (released.compareAndSet(false, true)) {
      release.run();
    }
  }
}
