package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Each node's last update that counted; what nodes keep goes on from it. */
public record LastCounted(SortedMap<NodeName, AssignmentId> updates) {
  static final LastCounted NONE = new LastCounted(Collections.emptySortedMap());

  public LastCounted {
    updates = Collections.unmodifiableSortedMap(new TreeMap<>(updates));
  }

  Optional<AssignmentId> of(NodeName node) {
    return Optional.ofNullable(updates.get(node));
  }

  /** The same after a later round. */
  LastCounted with(Collection<AssignmentRecord> round) {
    SortedMap<NodeName, AssignmentId> later = new TreeMap<>(updates);
    for (AssignmentRecord record : round) {
      if (record.stage() == AssignmentStage.COUNTED) {
        later.put(record.node(), record.id());
      }
    }
    return new LastCounted(later);
  }
}
