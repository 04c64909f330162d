package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where a coordinator listens; port 0 takes a free one.
 *
 * @param bulk empty: the control listener serves bulk bytes too, which is slower for both
 * @param controlThreads threads that serve control calls
 * @param bulkThreads threads that serve bulk calls and touch the disk
 * @param patience with peers that do nothing
 */
public record ListenSettings(
    InetSocketAddress control,
    Optional<InetSocketAddress> bulk,
    int controlThreads,
    int bulkThreads,
    ListenPatience patience) {
  private static final int CONTROL_THREADS = 4;
  private static final int BULK_THREADS = 8;

  public ListenSettings {
    requireNonNull(control, "control");
    requireNonNull(bulk, "bulk");
    requireNonNull(patience, "patience");
  }

  /** The usual numbers of threads. */
  public static ListenSettings of(InetSocketAddress control, Optional<InetSocketAddress> bulk) {
    return new ListenSettings(control, bulk, CONTROL_THREADS, BULK_THREADS, ListenPatience.usual());
  }

  public ListenSettings withPatience(ListenPatience other) {
    return new ListenSettings(control, bulk, controlThreads, bulkThreads, other);
  }
}
