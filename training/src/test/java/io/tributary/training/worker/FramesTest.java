package io.tributary.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Frames over a channel that hands out few bytes at a time. */
class FramesTest {
  /** Takes and gives at most three bytes a call. */
  private static final class Trickle implements ByteChannel {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteBuffer given;

    Trickle(byte[] given) {
      this.given = ByteBuffer.wrap(given);
    }

    @Override
    public int read(ByteBuffer into) {
      if (!given.hasRemaining()) {
        return -1;
      }
      int count = Math.min(3, Math.min(into.remaining(), given.remaining()));
      for (int i = 0; i < count; i++) {
        into.put(given.get());
      }
      return count;
    }

    @Override
    public int write(ByteBuffer from) {
      int count = Math.min(3, from.remaining());
      for (int i = 0; i < count; i++) {
        written.write(from.get());
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  private static byte[] written() throws IOException {
    var channel = new Trickle(new byte[0]);
    var frames = new Frames(channel);
    frames.write(JsonValue.object().put("a", "é").build());
    frames.write(JsonValue.object().put("b", 2).build());
    return channel.written.toByteArray();
  }

  @Test
  void read_whatWasWritten_isTheSame() throws IOException {
    var frames = new Frames(new Trickle(written()));
    assertEquals("é", frames.read().orElseThrow().text("a"));
    assertEquals(2, frames.read().orElseThrow().integer("b"));
    assertTrue(frames.read().isEmpty());
  }

  @Test
  void read_cutAnywhere_endsWithoutAFrame() throws IOException {
    byte[] whole = written();
    for (int length = 0; length < whole.length; length++) {
      var frames = new Frames(new Trickle(Arrays.copyOf(whole, length)));
      int read = 0;
      while (frames.read().isPresent()) {
        read++;
      }
      assertTrue(read <= 1);
    }
  }

  @Test
  void read_absurdLengthOrJson_isCorrupt() {
    byte[] tooLong = {0x7f, 0, 0, 0};
    byte[] negative = {-1, 0, 0, 0};
    byte[] notJson = {0, 0, 0, 1, 'x'};
    byte[] notObject = {0, 0, 0, 1, '1'};
    for (byte[] bytes : new byte[][] {tooLong, negative, notJson, notObject}) {
      FederationException refusal =
          assertThrows(FederationException.class, () -> new Frames(new Trickle(bytes)).read());
      assertEquals(ErrorKind.CORRUPT, refusal.kind());
    }
  }
}
