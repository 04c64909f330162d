package io.tributary.coordinator.round;

import io.tributary.federation.NodeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a run's committed rounds say of its nodes: a fold of the journal, so that a draw made again
 * from the same rounds is the same.
 */
final class NodeHistories {
  /** The word under which nodes tell the mean loss of their training steps. */
  static final String LOSS = "loss";

  private final Map<NodeName, NodeHistory> nodes = new HashMap<>();

  private NodeHistories() {}

  static NodeHistories of(List<RoundRecord> rounds) {
    var histories = new NodeHistories();
    for (RoundRecord round : rounds) {
      histories.add(round);
    }
    return histories;
  }

  NodeHistory of(NodeName node) {
    return nodes.getOrDefault(node, NodeHistory.NONE);
  }

  /** A node that was asked in several attempts was asked in one round. */
  private void add(RoundRecord round) {
    Map<NodeName, NodeHistory> before = Map.copyOf(known(round.cohort()));
    for (AssignmentRecord record : round.cohort()) {
      NodeHistory earlier = before.getOrDefault(record.node(), NodeHistory.NONE);
      NodeHistory now = nodes.getOrDefault(record.node(), NodeHistory.NONE);
      boolean came = record.update().isPresent() || now.answered() > earlier.answered();
      OptionalDouble told = loss(record);
      nodes.put(
          record.node(),
          earlier.after(
              round.round(),
              came,
              told.isPresent() ? told : now.loss(),
              record.declaredExamples()));
    }
  }

  private Map<NodeName, NodeHistory> known(List<AssignmentRecord> cohort) {
    Map<NodeName, NodeHistory> known = new HashMap<>();
    for (AssignmentRecord record : cohort) {
      NodeHistory history = nodes.get(record.node());
      if (history != null) {
        known.put(record.node(), history);
      }
    }
    return known;
  }

  private static OptionalDouble loss(AssignmentRecord record) {
    Double told = record.update().map(facts -> facts.metrics().get(LOSS)).orElse(null);
    return record.stage() == AssignmentStage.COUNTED && told != null
        ? OptionalDouble.of(told)
        : OptionalDouble.empty();
  }
}
