package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * How channels reach their coordinator.
 *
 * @param proxy through which every connection goes; empty: directly, or as the JVM's own settings
 *     say
 * @param control keep-alive of the control connection
 * @param bulk keep-alive of bulk connections
 */
public record ChannelSettings(Optional<HttpProxy> proxy, KeepAlive control, KeepAlive bulk) {
  public ChannelSettings {
    requireNonNull(proxy, "proxy");
    requireNonNull(control, "control");
    requireNonNull(bulk, "bulk");
  }

  /** No proxy; a dead control connection is found within 35 s, a bulk one in 80 s. */
  public static ChannelSettings usual() {
    return new ChannelSettings(
        Optional.empty(),
        new KeepAlive(Duration.ofSeconds(25), Duration.ofSeconds(10)),
        new KeepAlive(Duration.ofSeconds(20), Duration.ofSeconds(60)));
  }

  public ChannelSettings withProxy(Optional<HttpProxy> other) {
    return new ChannelSettings(other, control, bulk);
  }

  public ChannelSettings withKeepAlive(KeepAlive ofControl, KeepAlive ofBulk) {
    return new ChannelSettings(proxy, ofControl, ofBulk);
  }
}
