package io.tributary.federation.seed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {
  private final RandomStreams streams = new RandomStreams(7);

  /** The derivation is part of the promise of repeatable results: this number never changes. */
  @Test
  void stream_ofKnownFields_isPinned() {
    assertEquals(
        streams.stream(1, "a", "shuffle").nextLong(), streams.stream(1, "a", "shuffle").nextLong());
    assertEquals(PINNED_KEY, streams.key(1, "a", "shuffle"));
    assertEquals(PINNED_LONG, streams.stream(1, "a", "shuffle").nextLong());
  }

  private static final long PINNED_KEY = -4690289909907851034L;
  private static final long PINNED_LONG = 6247831007057450306L;

  @Test
  void stream_anyFieldChanged_differs() {
    Set<Long> keys = new HashSet<>();
    keys.add(streams.key(1, "a", "shuffle"));
    keys.add(streams.key(2, "a", "shuffle"));
    keys.add(streams.key(1, "b", "shuffle"));
    keys.add(streams.key(1, "a", "dropout"));
    keys.add(new RandomStreams(8).key(1, "a", "shuffle"));
    assertEquals(5, keys.size());
  }

  @Test
  void stream_fieldsThatConcatenateAlike_differ() {
    assertNotEquals(streams.key(1, "ab", "c"), streams.key(1, "a", "bc"));
  }
}
