package io.tributary.coordinator.artifact;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.RoundId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Updates of peers in this process, in memory until their round commits: a file for each would cost
 * a simulation more than all else. Safe for several threads.
 */
final class HeldUpdates {
  /** Updates may take this part of the heap, so that aggregation keeps room to work. */
  private static final int PART_OF_HEAP = 4;

  private final long roomBytes;
  private final Map<RoundId, Map<AssignmentId, Map<String, byte[]>>> rounds = new HashMap<>();
  private long usedBytes;

  /**
   * @param roomBytes that all updates together may take
   */
  HeldUpdates(long roomBytes) {
    this.roomBytes = roomBytes;
  }

  static long usualRoom() {
    return Runtime.getRuntime().maxMemory() / PART_OF_HEAP;
  }

  /** Keeps an update; false where there is no room. Of two of one assignment the newest stays. */
  synchronized boolean keep(AssignmentId assignment, Map<String, byte[]> groups) {
    Map<AssignmentId, Map<String, byte[]>> round =
        rounds.computeIfAbsent(assignment.round(), key -> new HashMap<>());
    long more = bytes(groups) - bytes(round.getOrDefault(assignment, Map.of()));
    if (usedBytes + more > roomBytes) {
      return false;
    }
    usedBytes += more;
    round.put(assignment, Map.copyOf(groups));
    return true;
  }

  synchronized Optional<ByteSource> find(AssignmentId assignment, String group) {
    return Optional.ofNullable(rounds.get(assignment.round()))
        .map(round -> round.get(assignment))
        .map(groups -> groups.get(group))
        .map(ByteSource::of);
  }

  /** Throws away what a round left. */
  synchronized void drop(RoundId round) {
    Map<AssignmentId, Map<String, byte[]>> gone = rounds.remove(round);
    if (gone != null) {
      usedBytes -= gone.values().stream().mapToLong(HeldUpdates::bytes).sum();
    }
  }

  /** Throws away what an assignment left. */
  synchronized void drop(AssignmentId assignment) {
    Map<AssignmentId, Map<String, byte[]>> round = rounds.get(assignment.round());
    Map<String, byte[]> gone = round == null ? null : round.remove(assignment);
    if (gone != null) {
      usedBytes -= bytes(gone);
    }
  }

  private static long bytes(Map<String, byte[]> groups) {
    return groups.values().stream().mapToLong(bytes -> bytes.length).sum();
  }
}
