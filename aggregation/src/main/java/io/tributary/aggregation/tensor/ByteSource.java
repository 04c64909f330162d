package io.tributary.aggregation.tensor;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Bytes that can be read at any position, by several threads at once. A source over a FileChannel
 * is closed for all its readers when one of them is interrupted while it reads.
 */
public interface ByteSource extends Closeable {
  /** How many bytes there are. */
  long size() throws IOException;

  /**
   * Fills the rest of the buffer from this position on.
   *
   * @throws EOFException when the source ends before the buffer is full
   */
  void read(long position, ByteBuffer into) throws IOException;

  /** The bytes of a file; closing the source closes the channel. */
  static ByteSource of(FileChannel channel) {
    return new FileBytes(channel);
  }

  /** These bytes, not copied. */
  static ByteSource of(byte[] bytes) {
    return new ArrayBytes(bytes);
  }

  /** Over a channel, whose own position is never used. */
  final class FileBytes implements ByteSource {
    private final FileChannel channel;

    private FileBytes(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      long at = position;
      while (into.hasRemaining()) {
        int count = channel.read(into, at);
        if (count < 0) {
          throw new EOFException("file ends at byte " + at);
        }
        at += count;
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Over an array. */
  final class ArrayBytes implements ByteSource {
    private final byte[] bytes;

    private ArrayBytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public void read(long position, ByteBuffer into) throws IOException {
      if (position > bytes.length - into.remaining()) {
        throw new EOFException("bytes end at " + bytes.length);
      }
      into.put(bytes, Math.toIntExact(position), into.remaining());
    }

    @Override
    public void close() {}
  }
}
