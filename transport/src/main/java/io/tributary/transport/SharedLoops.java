package io.tributary.transport;

import io.grpc.ManagedChannel;
import java.time.InstantSource;

/**
 * An event loop and call threads for the control channels of many nodes in one process, which would
 * otherwise each have their own. Channels are the caller's to end, before this is closed.
 */
public final class SharedLoops implements AutoCloseable {
  private final TlsChannels.Loops loops;

  private SharedLoops(TlsChannels.Loops loops) {
    this.loops = loops;
  }

  /**
   * Starts the threads.
   *
   * @param name that they begin with
   * @param eventLoops over which the connections are spread
   */
  public static SharedLoops start(String name, int eventLoops) {
    return new SharedLoops(TlsChannels.Loops.start(name, eventLoops));
  }

  /** A control channel like that of a node of its own; connected by its first call. */
  public ManagedChannel control(
      CoordinatorAddress coordinator, TlsMaterial tls, InstantSource clock) {
    return TlsChannels.control(
        coordinator, tls.clientContext(coordinator.name(), clock), ChannelSettings.usual(), loops);
  }

  @Override
  public void close() {
    loops.close();
  }
}
