package io.tributary.cli.bench;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What was seen of one kill; filled as its trial goes on, by one thread. */
final class KillTrace {
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
   * @param process such as {@code coordinator} or {@code worker of site-1}
   * @param how such as {@code failpoint update.forced} or {@code at 1.20 s}
   * @param phase of the run at that time
   * @param receipts journaled at that time, by {@code ROUND/NODE}
   */
  KillTrace(String process, String how, long pid, String phase, Map<String, String> receipts) {
    this.process = process;
    this.how = how;
    this.pid = pid;
    this.phase = phase;
    this.receipts = new TreeMap<>(receipts);
    this.at = Instant.now();
  }

  boolean ofCoordinator() {
    return process.equals("coordinator");
  }
}
