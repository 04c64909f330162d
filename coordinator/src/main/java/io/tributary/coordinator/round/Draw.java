package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import java.util.List;
import java.util.Optional;

/** The nodes to ask, in name order, and how many counted updates the round wants. */
record Draw(List<NodeName> nodes, int target, Optional<String> promiseLost) {
  Draw {
    nodes = List.copyOf(nodes);
    requireNonNull(promiseLost, "promiseLost");
  }
}
