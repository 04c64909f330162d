package io.tributary.coordinator.registry;

import java.time.Duration;

/**
 * Over how long nodes that were all cut off at once spread their return. A handshake takes a
 * coordinator a millisecond or two, so thousands within one second would starve each other until
 * all time out; the span grows with the number of nodes and keeps the mean rate below {@value
 * #JOINS_PER_SECOND} a second.
 *
 * <p>Each node is told when it joins, with the number known then, so the first to join return
 * sooner: node k draws from [0, k/r], and at time t the rate is r ln(n / (r t)), which stays within
 * a few times r from the first second on.
 */
final class ReturnSpread {
  static final int JOINS_PER_SECOND = 200;

  private static final long MILLIS = 1_000;

  private ReturnSpread() {}

  static Duration over(int nodes) {
    return Duration.ofMillis(nodes * MILLIS / JOINS_PER_SECOND);
  }
}
