package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;

/**
 * What one node gave to a candidate.
 *
 * @param examples the accepted example count
 * @param weight what the rule counted it with, at least 0; not divided by the total
 */
public record Contribution(NodeName node, long examples, double weight) {
  public Contribution {
    requireNonNull(node, "node");
  }
}
