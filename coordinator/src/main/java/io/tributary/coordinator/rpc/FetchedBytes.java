package io.tributary.coordinator.rpc;

import io.tributary.federation.AssignmentId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts the bytes that nodes fetch for each assignment, since the process started. */
final class FetchedBytes {
  private final Map<AssignmentId, Long> bytes = new ConcurrentHashMap<>();

  void add(AssignmentId assignment, long count) {
    bytes.merge(assignment, count, Long::sum);
  }

  long of(AssignmentId assignment) {
    return bytes.getOrDefault(assignment, 0L);
  }

  /** Forgets an assignment whose update is receipted. */
  void forget(AssignmentId assignment) {
    bytes.remove(assignment);
  }
}
