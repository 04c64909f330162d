package io.tributary.transport.chunk;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message with a piece on its way out: what protobuf would write, without a copy of the piece's
 * bytes. Closing it, which every transport does when it has taken the bytes, releases the piece.
 * Belongs to one thread at a time.
 */
final class PieceStream extends InputStream implements KnownLength, Drainable {
  private final Piece piece;
  private final int field;
  private final List<ByteBuffer> rest = new ArrayList<>();

  PieceStream(Piece piece, int field) {
    this.piece = piece;
    this.field = field;
    rest.add(ByteBuffer.wrap(PieceHead.write(piece, field)));
    rest.addAll(piece.views());
  }

  Piece piece() {
    return piece;
  }

  int field() {
    return field;
  }

  @Override
  public int available() {
    int bytes = 0;
    for (ByteBuffer buffer : rest) {
      bytes += buffer.remaining();
    }
    return bytes;
  }

  @Override
  public int read() {
    for (ByteBuffer buffer : rest) {
      if (buffer.hasRemaining()) {
        return Byte.toUnsignedInt(buffer.get());
      }
    }
    return -1;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    for (ByteBuffer buffer : rest) {
      if (buffer.hasRemaining()) {
        int bytes = Math.min(length, buffer.remaining());
        buffer.get(target, from, bytes);
        return bytes;
      }
    }
    return length == 0 ? 0 : -1;
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int bytes = available();
    for (ByteBuffer buffer : rest) {
      if (buffer.hasArray()) {
        target.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        buffer.position(buffer.limit());
      } else {
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        target.write(copy);
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    rest.clear();
    piece.release();
  }
}
