package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import java.util.Set;

/**
 * What the selection knows of a connected node.
 *
 * @param labels that its data have; empty where the site does not say
 * @param trainExamples as its card declares
 * @param validationExamples the same of its validation part
 */
public record NodeProfile(
    NodeName node, Set<String> labels, long trainExamples, long validationExamples) {
  public NodeProfile {
    requireNonNull(node, "node");
    labels = Set.copyOf(labels);
  }

  /** A node without a validation part. */
  public NodeProfile(NodeName node, Set<String> labels, long trainExamples) {
    this(node, labels, trainExamples, 0);
  }
}
