package io.tributary.aggregation.codec;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Safetensors;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An encoded file, read as the canonical file of what it says: whoever reads blocks of float32 need
 * not know of codecs.
 */
final class DecodedSource implements ByteSource {
  private final Coding coding;
  private final ByteSource file;
  private final byte[] header;

  DecodedSource(Coding coding, ByteSource file) {
    this.coding = requireNonNull(coding, "coding");
    this.file = requireNonNull(file, "file");
    header = Safetensors.canonicalHeader(coding.layout());
  }

  @Override
  public long size() {
    return header.length + coding.elements() * Float.BYTES;
  }

  @Override
  public void read(long position, ByteBuffer into) throws IOException {
    if (position < 0 || position > size() - into.remaining()) {
      throw new EOFException("decoded group ends at byte " + size());
    }
    long at = position;
    if (at < header.length && into.hasRemaining()) {
      int count = (int) Math.min(into.remaining(), header.length - at);
      into.put(header, (int) at, count);
      at += count;
    }
    while (into.hasRemaining()) {
      at += readPiece(at - header.length, into);
    }
  }

  /** Reads up to the end of the piece that a byte of the data lies in; returns how many bytes. */
  private int readPiece(long offset, ByteBuffer into) throws IOException {
    long first = offset / Float.BYTES;
    int skipped = (int) (offset % Float.BYTES);
    long wanted = (skipped + (long) into.remaining() + Float.BYTES - 1) / Float.BYTES;
    int count = (int) Math.min(wanted, Coding.PIECE - first % Coding.PIECE);
    float[] values = new float[count];
    coding.read(file, first, count, values);
    int bytes = Math.min(into.remaining(), count * Float.BYTES - skipped);
    if (bytes == count * Float.BYTES) {
      into.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
      into.position(into.position() + bytes);
    } else {
      ByteBuffer all = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      all.asFloatBuffer().put(values);
      into.put(all.position(skipped).limit(skipped + bytes));
    }
    return bytes;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
