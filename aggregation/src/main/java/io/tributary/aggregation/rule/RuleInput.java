package io.tributary.aggregation.rule;

import io.tributary.federation.NodeName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The scalars of a round that a rule works with: nodes in order, their weights and local steps, and
 * the scores that the scans before gave.
 */
public final class RuleInput {
  private final List<NodeName> nodes;
  private final List<Double> weights;
  private final List<Long> steps;
  private final List<List<Double>> scores;

  private RuleInput(
      List<NodeName> nodes, List<Double> weights, List<Long> steps, List<List<Double>> scores) {
    this.nodes = List.copyOf(nodes);
    this.weights = List.copyOf(weights);
    this.steps = List.copyOf(steps);
    this.scores = List.copyOf(scores);
  }

  /** The input before any scan; nodes in name order, weights above 0, steps as the nodes claim. */
  public static RuleInput of(List<NodeName> nodes, List<Double> weights, List<Long> steps) {
    return new RuleInput(nodes, weights, steps, List.of());
  }

  /** The input after one more scan. */
  public RuleInput with(List<Double> scanScores) {
    List<List<Double>> all = new ArrayList<>(scores);
    all.add(List.copyOf(scanScores));
    return new RuleInput(nodes, weights, steps, all);
  }

  /** The same updates with other weights and without scores. */
  public RuleInput weighted(List<Double> newWeights) {
    return new RuleInput(nodes, newWeights, steps, List.of());
  }

  /** Some of the updates, in order, without scores. */
  public RuleInput only(List<Integer> updates) {
    return new RuleInput(
        updates.stream().map(nodes::get).toList(),
        updates.stream().map(weights::get).toList(),
        updates.stream().map(steps::get).toList(),
        List.of());
  }

  /** How many updates there are. */
  public int updates() {
    return nodes.size();
  }

  /** Whose update it is. */
  public NodeName node(int update) {
    return nodes.get(update);
  }

  /** The update's weight, at least 0; before any rule above 0. */
  public double weight(int update) {
    return weights.get(update);
  }

  /** All weights, in order. */
  public List<Double> weights() {
    return weights;
  }

  /** The sum of all weights, in order. */
  public double totalWeight() {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    return total;
  }

  /** How many steps the node says it took. */
  public long steps(int update) {
    return steps.get(update);
  }

  /** What the given scan, counted from 0, said first about the update. */
  public double score(int scan, int update) {
    return scores.get(scan).get(update);
  }

  /** All that the given scan, counted from 0, said. */
  public List<Double> scores(int scan) {
    return scores.get(scan);
  }

  /** A weight of 1 for each update. */
  List<Double> ones() {
    return IntStream.range(0, updates()).mapToObj(i -> 1.0).toList();
  }
}
