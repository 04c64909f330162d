package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long a listener bears a peer that does nothing.
 *
 * @param handshake a connection that has not ended its TLS handshake by then is closed
 * @param noCall a connection on which no call is open for so long is closed; an honest peer
 *     connects again with its next call
 * @param control keep-alive of control connections
 * @param bulk keep-alive of bulk connections
 */
public record ListenPatience(
    Duration handshake, Duration noCall, KeepAlive control, KeepAlive bulk) {
  public ListenPatience {
    requireNonNull(handshake, "handshake");
    requireNonNull(noCall, "noCall");
    requireNonNull(control, "control");
    requireNonNull(bulk, "bulk");
  }

  /**
   * Twenty seconds, five minutes; a dead connection is found within 40 s, a bulk one in 80 s.
   *
   * <p>Nodes ping their control connection after 25 s of silence. Waiting a little longer, this
   * side never has to while they live: half the pings of thousands of idle nodes.
   */
  public static ListenPatience usual() {
    return new ListenPatience(
        Duration.ofSeconds(20),
        Duration.ofMinutes(5),
        new KeepAlive(Duration.ofSeconds(30), Duration.ofSeconds(10)),
        new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(60)));
  }
}
