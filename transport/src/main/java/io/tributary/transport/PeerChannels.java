package io.tributary.transport;

import io.grpc.Channel;
import java.time.Duration;

/**
 * The channels of a node or operator to its coordinator: control, held open, and bulk, connected
 * when needed. {@link TlsChannels} in services, in-process in simulations.
 */
public interface PeerChannels {
  /** For control calls. */
  Channel control();

  /**
   * For bulk calls.
   *
   * @param port of the bulk listener, as {@code Welcome} names it; 0: the control listener serves
   *     both
   */
  Channel bulk(int port);

  /** Lets open calls end until the deadline, then cuts them. */
  void close(Duration deadline);
}
