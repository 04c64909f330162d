package io.tributary.cli.bench;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What was seen of one kill; filled as its trial goes on, by one thread. */
final class KillTrace {
  final String run;
  final String process;
  final String how;
  final long pid;
  final String phase;
  final Map<String, String> receipts;
  final Instant at;

  /** Seconds until a coordinator answers an operator, or a node is connected. */
  OptionalDouble back = OptionalDouble.empty();

  /** Processor time that its process used until then. */
  double cpuSeconds;

  /**
   * A kill just seen.
   *
   * @param run that went on; empty before one was known
   * @param process such as {@code coordinator} or {@code worker of site-1}
   * @param how such as {@code failpoint update.forced} or {@code at 1.20 s}
   * @param journal phase and receipts of the run at that time
   */
  KillTrace(String run, String process, String how, long pid, JournalReading journal) {
    this.run = run;
    this.process = process;
    this.how = how;
    this.pid = pid;
    this.phase = journal.phase();
    this.receipts = new TreeMap<>(journal.receipts());
    this.at = Instant.now();
  }

  boolean ofCoordinator() {
    return process.equals("coordinator");
  }
}
