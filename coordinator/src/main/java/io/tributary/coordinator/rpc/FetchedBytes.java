package io.tributary.coordinator.rpc;

import io.tributary.coordinator.artifact.RecentlyUsed;
import io.tributary.federation.AssignmentId;
import java.util.Map;

/**
 * Counts the bytes that nodes fetch for each assignment, since the process started. Assignments
 * that never get a receipt are forgotten in the end, by newer ones. Safe for all threads.
 */
final class FetchedBytes {
  /** More than nodes that are at work at a time. */
  static final int REMEMBERED = 16_384;

  private final Map<AssignmentId, Long> bytes = new RecentlyUsed<>(REMEMBERED);

  synchronized void add(AssignmentId assignment, long count) {
    bytes.merge(assignment, count, Long::sum);
  }

  synchronized long of(AssignmentId assignment) {
    return bytes.getOrDefault(assignment, 0L);
  }

  /** Forgets an assignment whose update is receipted. */
  synchronized void forget(AssignmentId assignment) {
    bytes.remove(assignment);
  }
}
