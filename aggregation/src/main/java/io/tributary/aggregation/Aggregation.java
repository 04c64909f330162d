package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

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
import io.tributary.federation.plan.ServerOptimizerName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

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
   * Runs an order with one group.
   *
   * @param candidate takes the canonical file of the new values
   * @throws IOException when a source can't be read or the sink can't be written
   */
  public static AggregationResult run(AggregationOrder order, ByteSink candidate)
      throws IOException {
    if (order.groups().size() != 1) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "candidate",
          "one sink for groups " + order.groups().keySet(),
          "a sink for each group",
          "Pass a map of sinks.");
    }
    return run(order, Map.of(order.groups().firstKey(), candidate));
  }

  /**
   * Runs an order.
   *
   * @param candidates for each group the sink of its canonical file
   * @throws IOException when a source can't be read or a sink can't be written
   */
  public static AggregationResult run(
      AggregationOrder order, Map<String, ? extends ByteSink> candidates) throws IOException {
    if (!candidates.keySet().equals(order.groups().keySet())) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "candidates",
          "sinks for " + new TreeMap<>(candidates).keySet(),
          "sinks for " + order.groups().keySet(),
          "Mend the call.");
    }
    List<GroupFiles> groups = new ArrayList<>();
    for (String name : order.groups().keySet()) {
      groups.add(GroupFiles.of(name, order));
    }
    RuleInput input = input(order);
    for (Scan scan : order.rule().scans()) {
      input = ScanPass.run(scan, input, order.rule(), groups, order.execution());
    }
    return combine(order, groups, input, candidates);
  }

  private static RuleInput input(AggregationOrder order) {
    List<SpooledUpdate> updates = order.updates();
    return RuleInput.of(
        updates.stream().map(SpooledUpdate::node).toList(),
        updates.stream().map(update -> order.weighting().weight(update.examples())).toList());
  }

  private static AggregationResult combine(
      AggregationOrder order,
      List<GroupFiles> groups,
      RuleInput input,
      Map<String, ? extends ByteSink> candidates)
      throws IOException {
    SortedMap<String, CandidateFile> files = new TreeMap<>();
    for (GroupFiles group : groups) {
      var pass = new CombinePass(group, requireNonNull(candidates.get(group.name())));
      Rule rule = rule(group, order);
      Combine combine = rule.combine(input);
      pass.run(combine, rule.needs().rows(), optimizer(group, order), order.execution());
      if (pass.divergence().isPresent()) {
        return AggregationResult.diverged(pass.divergence().get());
      }
      files.put(group.name(), pass.finish());
    }
    return new AggregationResult(files, contributions(order, input), Optional.empty());
  }

  /** Statistics are always averaged: a median of variances would belong to no site. */
  private static Rule rule(GroupFiles group, AggregationOrder order) {
    return switch (group.spec().kind()) {
      case DELTA -> order.rule();
      case STATISTIC -> new WeightedMean();
      case CONTROL -> new ControlMean(order.nodes());
    };
  }

  private static ServerOptimizer optimizer(GroupFiles group, AggregationOrder order) {
    return group.isDelta() ? order.optimizer() : ServerOptimizer.of(ServerOptimizerName.NONE);
  }

  private static List<Contribution> contributions(AggregationOrder order, RuleInput input) {
    List<Contribution> contributions = new ArrayList<>();
    for (int i = 0; i < input.updates(); i++) {
      long examples = order.updates().get(i).examples();
      contributions.add(new Contribution(input.node(i), examples, input.weight(i)));
    }
    return contributions;
  }
}
