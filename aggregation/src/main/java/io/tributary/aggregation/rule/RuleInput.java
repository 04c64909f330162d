package io.tributary.aggregation.rule;

import io.tributary.federation.NodeName;
import java.util.ArrayList;
import java.util.List;

/**
 * The scalars of a round that a rule works with: nodes in order, their weights, and the scores that
 * the scans before gave.
 */
public final class RuleInput {
  private final List<NodeName> nodes;
  private final List<Double> weights;
  private final List<List<Double>> scores;

  private RuleInput(List<NodeName> nodes, List<Double> weights, List<List<Double>> scores) {
    this.nodes = List.copyOf(nodes);
    this.weights = List.copyOf(weights);
    this.scores = List.copyOf(scores);
  }

  /** The input before any scan; nodes in name order, weights above 0. */
  public static RuleInput of(List<NodeName> nodes, List<Double> weights) {
    return new RuleInput(nodes, weights, List.of());
  }

  /** The input after one more scan. */
  public RuleInput with(List<Double> scanScores) {
    List<List<Double>> all = new ArrayList<>(scores);
    all.add(List.copyOf(scanScores));
    return new RuleInput(nodes, weights, all);
  }

  /** How many updates there are. */
  public int updates() {
    return nodes.size();
  }

  /** Whose update it is. */
  public NodeName node(int update) {
    return nodes.get(update);
  }

  /** The update's weight, above 0. */
  public double weight(int update) {
    return weights.get(update);
  }

  /** The sum of all weights, in order. */
  public double totalWeight() {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    return total;
  }

  /** What the given scan, counted from 0, said about the update. */
  public double score(int scan, int update) {
    return scores.get(scan).get(update);
  }
}
