package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.Rules;
import io.tributary.aggregation.rule.Weighting;
import io.tributary.aggregation.store.GroupKind;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.FederationPlan;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one aggregation is to do.
 *
 * @param groups the groups of the round, by name
 * @param checkpoint for each group of kind DELTA the canonical file of the old values, in the
 *     layout of the group; for one of kind CONTROL too, unless they are zero
 * @param updates accepted updates, at least as many as the rule needs, one a node; their order does
 *     not matter
 * @param nodes of how many the updates' nodes are a part; at least as many
 */
public record AggregationOrder(
    Rule rule,
    ServerOptimizer optimizer,
    Weighting weighting,
    SortedMap<String, GroupSpec> groups,
    SortedMap<String, ByteSource> checkpoint,
    List<SpooledUpdate> updates,
    Execution execution,
    int nodes) {
  /** The name of the group of deltas of trained tensors. */
  public static final String DELTA = "delta";

  /** The name of the group of statistics. */
  public static final String STATISTIC = "statistic";

  /** The name of the group of changes of controls. */
  public static final String CONTROL = "control";

  public AggregationOrder {
    requireNonNull(rule, "rule");
    requireNonNull(optimizer, "optimizer");
    requireNonNull(weighting, "weighting");
    requireNonNull(execution, "execution");
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    checkpoint = Collections.unmodifiableSortedMap(new TreeMap<>(checkpoint));
    updates = updates.stream().sorted(Comparator.comparing(SpooledUpdate::node)).toList();
    checkGroups(groups, checkpoint);
    checkUpdates(rule, groups.keySet(), updates);
    if (nodes < updates.size()) {
      throw refused("nodes", nodes, "at least the " + updates.size() + " of the updates");
    }
  }

  /** An order of the updates of all nodes there are. */
  public AggregationOrder(
      Rule rule,
      ServerOptimizer optimizer,
      Weighting weighting,
      SortedMap<String, GroupSpec> groups,
      SortedMap<String, ByteSource> checkpoint,
      List<SpooledUpdate> updates,
      Execution execution) {
    this(rule, optimizer, weighting, groups, checkpoint, updates, execution, updates.size());
  }

  /**
   * An order that moves trained tensors and nothing else.
   *
   * @param layout of the trained tensors and of their deltas
   * @param trained the checkpoint's canonical file of trained tensors
   */
  public static AggregationOrder ofDelta(
      FederationPlan plan,
      Layout layout,
      ByteSource trained,
      List<SpooledUpdate> updates,
      Execution execution) {
    SortedMap<String, GroupSpec> groups = new TreeMap<>(Map.of(DELTA, GroupSpec.delta(layout)));
    SortedMap<String, ByteSource> checkpoint = new TreeMap<>(Map.of(DELTA, trained));
    return of(plan, groups, checkpoint, updates, execution, updates.size());
  }

  /**
   * An order of a plan.
   *
   * @param groups the deltas, and statistics and controls where there are any
   * @param checkpoint as in the order
   * @param nodes as in the order
   */
  public static AggregationOrder of(
      FederationPlan plan,
      SortedMap<String, GroupSpec> groups,
      SortedMap<String, ByteSource> checkpoint,
      List<SpooledUpdate> updates,
      Execution execution,
      int nodes) {
    return new AggregationOrder(
        Rules.of(plan.rule()),
        ServerOptimizer.of(plan.serverOptimizer()),
        Weighting.of(plan),
        groups,
        checkpoint,
        updates,
        execution,
        nodes);
  }

  private static void checkGroups(
      SortedMap<String, GroupSpec> groups, SortedMap<String, ByteSource> checkpoint) {
    Set<String> deltas = ofKind(groups, GroupKind.DELTA);
    Set<String> given = new TreeSet<>(checkpoint.keySet());
    given.removeAll(ofKind(groups, GroupKind.CONTROL));
    if (groups.isEmpty() || !given.equals(deltas)) {
      throw refused(
          "checkpoint", "groups " + checkpoint.keySet(), "one file for each of " + deltas);
    }
  }

  private static Set<String> ofKind(SortedMap<String, GroupSpec> groups, GroupKind kind) {
    return groups.entrySet().stream()
        .filter(group -> group.getValue().kind() == kind)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void checkUpdates(Rule rule, Set<String> groups, List<SpooledUpdate> updates) {
    if (updates.size() < rule.needs().leastUpdates()) {
      throw refused(
          "updates",
          updates.size(),
          "at least " + rule.needs().leastUpdates() + " for " + rule.name());
    }
    Set<NodeName> seen = new HashSet<>();
    for (SpooledUpdate update : updates) {
      if (!seen.add(update.node())) {
        throw refused("updates", "two of " + update.node(), "one a node");
      }
      if (!update.groups().keySet().equals(groups)) {
        throw refused(
            "update of " + update.node(), "groups " + update.groups().keySet(), groups.toString());
      }
    }
  }

  private static FederationException refused(String what, Object found, String rule) {
    return FederationException.of(ErrorKind.INVALID_ARGUMENT, what, found, rule, "Mend the call.");
  }
}
