package io.tributary.aggregation.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Takes bytes one after the other; used by one thread at a time. */
public interface ByteSink {
  /** Takes all that remains in the buffer. */
  void write(ByteBuffer bytes) throws IOException;

  /** Writes into a blocking channel, which the caller closes. */
  static ByteSink of(WritableByteChannel channel) {
    return bytes -> {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    };
  }
}
