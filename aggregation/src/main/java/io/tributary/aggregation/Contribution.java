package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;

/**
 * What one node gave to a candidate.
 *
 * @param examples the accepted example count
 * @param weight what the rule counted it with, above 0; not divided by the total
 * @param norm L2 norm over all its delta groups, the same number that the gate found
 */
public record Contribution(NodeName node, long examples, double weight, double norm) {
  public Contribution {
    requireNonNull(node, "node");
  }
}
