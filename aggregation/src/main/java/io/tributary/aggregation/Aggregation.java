package io.tributary.aggregation;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.rule.Combine;
import io.tributary.aggregation.rule.ControlMean;
import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.RuleInput;
import io.tributary.aggregation.rule.Scan;
import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.ServerOptimizerPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns the accepted updates of a round into a candidate.
 *
 * <ol>
 *   <li>The files of all updates are checked to be canonical files of the group's layout.
 *   <li>The rule's scans run over the deltas, one after the other, each ending in one score an
 *       update.
 *   <li>For each group one pass combines the updates column by column, moves the old values, and
 *       writes the new ones as a canonical file.
 * </ol>
 *
 * <p>Reads by position, block by block, in node-name order; sums in float64 in a fixed order. The
 * same updates give the same bytes whatever their order of arrival, block size or thread count, and
 * memory depends on neither the number of updates nor the size of the model (with rules that need
 * {@link RowAccess#ALL}: on the number of updates only when it exceeds a block).
 */
public final class Aggregation {
  private Aggregation() {}

  /**
   * Runs an order that writes one file: with one group, and a server optimizer without state.
   *
   * @param candidate takes the canonical file of the new values
   * @throws IOException when a source can't be read or the sink can't be written
   */
  public static AggregationResult run(AggregationOrder order, ByteSink candidate)
      throws IOException {
    if (order.outputs().size() != 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "candidate",
          "one sink for files " + order.outputs(),
          "a sink for each file",
          "Pass a map of sinks.");
    }
    return run(order, Map.of(order.groups().firstKey(), candidate));
  }

  /**
   * Runs an order.
   *
   * @param candidates for each of {@link AggregationOrder#outputs} the sink of its canonical file
   * @throws IOException when a source can't be read or a sink can't be written
   */
  public static AggregationResult run(
      AggregationOrder order, Map<String, ? extends ByteSink> candidates) throws IOException {
    if (!candidates.keySet().equals(order.outputs())) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "candidates",
          "sinks for " + new TreeMap<>(candidates).keySet(),
          "sinks for " + order.outputs(),
          "Mend the call.");
    }
    List<GroupFiles> groups = new ArrayList<>();
    for (String name : order.groups().keySet()) {
      groups.add(GroupFiles.of(name, order));
    }
    RuleInput input = input(order);
    for (Scan scan : order.rule().scans()) {
      input = ScanPass.run(scan, input, groups, order.execution());
    }
    return combine(order, groups, input, candidates);
  }

  private static RuleInput input(AggregationOrder order) {
    List<SpooledUpdate> updates = order.updates();
    return RuleInput.of(
        updates.stream().map(SpooledUpdate::node).toList(),
        updates.stream().map(update -> order.weighting().weight(update.examples())).toList(),
        updates.stream().map(SpooledUpdate::steps).toList());
  }

  private static AggregationResult combine(
      AggregationOrder order,
      List<GroupFiles> groups,
      RuleInput input,
      Map<String, ? extends ByteSink> candidates)
      throws IOException {
    List<Double> weights = weights(order.rule(), input);
    SortedMap<String, CandidateFile> files = new TreeMap<>();
    for (GroupFiles group : groups) {
      CombinePass pass =
          switch (group.spec().kind()) {
            case DELTA -> moved(order, group, input, candidates);
            case STATISTIC -> averaged(order, group, input.weighted(weights), candidates);
            case CONTROL -> controlled(order, group, input, candidates);
          };
      if (pass.divergence().isPresent()) {
        return AggregationResult.diverged(pass.divergence().get());
      }
      files.putAll(pass.finish());
    }
    return new AggregationResult(files, contributions(order, weights), Optional.empty());
  }

  private static CombinePass moved(
      AggregationOrder order,
      GroupFiles group,
      RuleInput input,
      Map<String, ? extends ByteSink> candidates)
      throws IOException {
    var pass = new CombinePass(group, order.optimizer().state(), candidates);
    Combine combine = order.rule().combine(input);
    pass.run(combine, order.rule().needs().rows(), order.optimizer(), order.execution());
    return pass;
  }

  /** Controls move by what all nodes' changes come to, whatever the rule of the deltas. */
  private static CombinePass controlled(
      AggregationOrder order,
      GroupFiles group,
      RuleInput input,
      Map<String, ? extends ByteSink> candidates)
      throws IOException {
    var pass = new CombinePass(group, List.of(), candidates);
    var mean = new ControlMean(order.nodes());
    ServerOptimizer none = ServerOptimizer.of(ServerOptimizerPlan.NONE);
    pass.run(mean.combine(input), mean.needs().rows(), none, order.execution());
    return pass;
  }

  /**
   * Statistics are always averaged: a median of variances would belong to no site. What the rule
   * left out has no part in them.
   */
  private static CombinePass averaged(
      AggregationOrder order,
      GroupFiles group,
      RuleInput input,
      Map<String, ? extends ByteSink> candidates)
      throws IOException {
    List<Integer> counted =
        IntStream.range(0, input.updates()).filter(i -> input.weight(i) > 0).boxed().toList();
    var pass = new CombinePass(group.only(counted), List.of(), candidates);
    var mean = new WeightedMean();
    Combine combine = mean.combine(input.only(counted));
    pass.run(combine, mean.needs().rows(), order.optimizer(), order.execution());
    return pass;
  }

  private static List<Double> weights(Rule rule, RuleInput input) {
    List<Double> weights = rule.weights(input);
    if (weights.size() != input.updates()
        || !weights.stream().allMatch(weight -> weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw FederationException.of(
          ErrorKind.INTERNAL,
          "weights of rule " + rule.name(),
          weights,
          "one an update, finite and at least 0",
          "Mend the rule.");
    }
    // a rule that trusts nobody moves nothing; statistics must come from somewhere
    boolean none = weights.stream().allMatch(weight -> weight == 0);
    return none ? input.weights() : weights;
  }

  private static List<Contribution> contributions(AggregationOrder order, List<Double> weights) {
    List<Contribution> contributions = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      SpooledUpdate update = order.updates().get(i);
      contributions.add(new Contribution(update.node(), update.examples(), weights.get(i)));
    }
    return contributions;
  }
}
