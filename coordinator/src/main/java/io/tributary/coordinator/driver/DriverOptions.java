package io.tributary.coordinator.driver;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What a driver needs beside journal and effects.
 *
 * @param wall the clock at the start
 * @param nanos monotonic time from then on
 * @param fatal told once when the driver can't go on; the process should end, and nothing that was
 *     answered is lost
 * @param inbox most waiting events from outside
 * @param batch most events of one commit
 */
public record DriverOptions(
    InstantSource wall,
    LongSupplier nanos,
    Failpoints failpoints,
    Consumer<Throwable> fatal,
    int inbox,
    int batch) {
  private static final int INBOX = 65_536;
  private static final int BATCH = 1_024;

  public DriverOptions {
    requireNonNull(wall, "wall");
    requireNonNull(nanos, "nanos");
    requireNonNull(failpoints, "failpoints");
    requireNonNull(fatal, "fatal");
  }

  /** With the usual bounds. */
  public static DriverOptions of(
      InstantSource wall, LongSupplier nanos, Failpoints failpoints, Consumer<Throwable> fatal) {
    return new DriverOptions(wall, nanos, failpoints, fatal, INBOX, BATCH);
  }
}
