package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a coordinator listens; port 0 takes a free one.
 *
 * @param bulk empty: the control listener serves bulk bytes too, which is slower for both
 * @param controlThreads threads that serve control calls
 * @param bulkThreads threads that serve bulk calls and touch the disk
 * @param connections of one certificate that each listener holds at most
 * @param patience with peers that do nothing
 */
public record ListenSettings(
    InetSocketAddress control,
    Optional<InetSocketAddress> bulk,
    int controlThreads,
    int bulkThreads,
    int connections,
    ListenPatience patience) {
  private static final int CONTROL_THREADS = 4;
  private static final int BULK_THREADS = 8;
  private static final int CONNECTIONS = 16;
  private static final int LISTENERS = 2;

  public ListenSettings {
    requireNonNull(control, "control");
    requireNonNull(bulk, "bulk");
    requireNonNull(patience, "patience");
    if (connections < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "connections", connections, "1 or more", "Correct it.");
    }
  }

  /** The usual numbers. */
  public static ListenSettings of(InetSocketAddress control, Optional<InetSocketAddress> bulk) {
    return new ListenSettings(
        control, bulk, CONTROL_THREADS, BULK_THREADS, CONNECTIONS, ListenPatience.usual());
  }

  public ListenSettings withPatience(ListenPatience other) {
    return new ListenSettings(control, bulk, controlThreads, bulkThreads, connections, other);
  }

  public ListenSettings withConnections(int most) {
    return new ListenSettings(control, bulk, controlThreads, bulkThreads, most, patience);
  }

  /**
   * Calls that one certificate may have open at a time, on both listeners together: as many as its
   * connections. An honest peer has one call a connection; those that a dead connection left are
   * found by keep-alive.
   */
  public int callsOfOne() {
    return LISTENERS * connections;
  }
}
