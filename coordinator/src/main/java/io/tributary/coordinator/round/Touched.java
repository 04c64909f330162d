package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which nodes a decision is about. Every decision asks whom it can ask, so before it nobody is left
 * who could have been; after it only those can be whom it is about, unless it is about a whole run
 * or about time.
 */
final class Touched {
  private final NavigableSet<NodeName> nodes = new TreeSet<>();
  private boolean everybody;

  void node(NodeName node) {
    nodes.add(node);
  }

  void everybody() {
    everybody = true;
  }

  void take(Transition transition) {
    Optional<AssignmentId> about = assignment(transition);
    if (about.isPresent()) {
      node(about.get().node());
    } else if (!(transition instanceof Transition.CohortDrawn)) {
      everybody();
    }
  }

  /** The nodes, or nothing where anybody may be free now. */
  Optional<NavigableSet<NodeName>> alone() {
    return everybody ? Optional.empty() : Optional.of(Collections.unmodifiableNavigableSet(nodes));
  }

  private static Optional<AssignmentId> assignment(Transition transition) {
    if (transition instanceof Transition.AssignmentAccepted t) {
      return Optional.of(t.assignment());
    }
    if (transition instanceof Transition.AssignmentDeclined t) {
      return Optional.of(t.assignment());
    }
    if (transition instanceof Transition.AssignmentFailed t) {
      return Optional.of(t.assignment());
    }
    if (transition instanceof Transition.UpdateReceipted t) {
      return Optional.of(t.assignment());
    }
    if (transition instanceof Transition.UpdateJudged t) {
      return Optional.of(t.assignment());
    }
    if (transition instanceof Transition.UploadRefused t) {
      return Optional.of(t.assignment());
    }
    return Optional.empty();
  }
}
