package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Damaged copies of valid bytes, and what a parser may do with them. */
final class Mutations {
  private Mutations() {}

  static RandomGenerator stream(long seed) {
    return new RandomStreams(seed).stream(0, RandomStreams.COORDINATOR, "test");
  }

  /** One to four changes: bytes set, cut off, taken out, repeated. */
  static byte[] of(byte[] valid, long seed) {
    var random = new Random(seed);
    byte[] bytes = valid.clone();
    for (int i = 1 + random.nextInt(4); i > 0 && bytes.length > 1; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> bytes = joined(Arrays.copyOf(bytes, at), bytes, Math.min(bytes.length, at + 3));
        case 2 -> bytes = joined(Arrays.copyOf(bytes, at), bytes, Math.max(0, at - 5));
        case 3 -> bytes[at] = (byte) "\"\\\r\n\t,{}[]\u0000".charAt(random.nextInt(11));
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] head, byte[] bytes, int from) {
    byte[] joined = Arrays.copyOf(head, head.length + bytes.length - from);
    System.arraycopy(bytes, from, joined, head.length, bytes.length - from);
    return joined;
  }

  /** Reads, or refuses as INVALID_DATA in one line; nothing else may come out. */
  static void assertReadOrRefused(long seed, Runnable parser) {
    try {
      parser.run();
    } catch (FederationException refusal) {
      assertTrue(
          refusal.kind() == ErrorKind.INVALID_DATA, refusal.kind() + ", replay: seed=" + seed);
      assertFalse(refusal.sentence().contains("\n"), "replay: seed=" + seed);
    } catch (RuntimeException | StackOverflowError e) {
      fail("replay: seed=" + seed, e);
    }
  }
}
