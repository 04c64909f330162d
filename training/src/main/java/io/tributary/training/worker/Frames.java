package io.tributary.training.worker;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * JSON objects over a channel, each behind its length in bytes (four bytes, big-endian). Reading
 * and writing may happen on two threads, each on one.
 */
final class Frames {
  static final int LONGEST_BYTES = 64 << 20;

  private final ByteChannel channel;

  Frames(ByteChannel channel) {
    this.channel = channel;
  }

  void write(JsonObject json) throws IOException {
    byte[] utf8 = json.canonical().getBytes(StandardCharsets.UTF_8);
    if (utf8.length > LONGEST_BYTES) {
      throw tooLong(utf8.length);
    }
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + utf8.length);
    frame.putInt(utf8.length).put(utf8).flip();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  /** The next object; empty when the channel ends, between frames or within one. */
  Optional<JsonFields> read() throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    if (!fill(length)) {
      return Optional.empty();
    }
    int bytes = length.getInt(0);
    if (bytes < 0 || bytes > LONGEST_BYTES) {
      throw tooLong(bytes);
    }
    ByteBuffer utf8 = ByteBuffer.allocate(bytes);
    if (!fill(utf8)) {
      return Optional.empty();
    }
    return Optional.of(JsonFields.of("frame", JsonReader.read(utf8.array())));
  }

  private boolean fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        return false;
      }
    }
    return true;
  }

  private static FederationException tooLong(long bytes) {
    return FederationException.of(
        ErrorKind.CORRUPT,
        "frame of the worker",
        bytes + " bytes",
        "0 to " + LONGEST_BYTES,
        "Send fewer inputs in one order.");
  }
}
