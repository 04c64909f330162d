package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.optimizer.Drift;
import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.Rules;
import io.tributary.aggregation.rule.StalenessWeighted;
import io.tributary.aggregation.rule.Weighting;
import io.tributary.aggregation.store.GroupKind;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.AlgorithmPlan;
import io.tributary.federation.plan.Plan;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * @param updates accepted updates, at least as many as the rule needs, one a node and version;
 *     their order does not matter
 * @param state what the optimizer remembers since the round before, by {@link #stateOf}, each in
 *     the layout of its group; empty in the first round of a run
 * @param root the coordinator's own update, by group, for rules that need it; empty for others
 * @param nodes of how many the updates' nodes are a part; at least as many
 */
public record AggregationOrder(
    Rule rule,
    ServerOptimizer optimizer,
    Weighting weighting,
    SortedMap<String, GroupSpec> groups,
    SortedMap<String, ByteSource> checkpoint,
    List<SpooledUpdate> updates,
    SortedMap<String, ByteSource> state,
    SortedMap<String, ByteSource> root,
    Execution execution,
    int nodes) {
  /** The name of the group of deltas of trained tensors. */
  public static final String DELTA = "delta";

  /** The name of the group of statistics. */
  public static final String STATISTIC = "statistic";

  /** The name of the group of changes of controls. */
  public static final String CONTROL = "control";

  /**
   * What the coordinator has itself.
   *
   * @param trained the checkpoint's canonical file of trained tensors
   * @param state what the server optimizer remembers of them, by its own names; empty in the first
   *     round
   * @param root the update of its own training; empty where the rule needs none
   * @param control the checkpoint's controls; empty where there are none, or they are zero
   */
  public record Known(
      ByteSource trained,
      SortedMap<String, ByteSource> state,
      Optional<ByteSource> root,
      Optional<ByteSource> control) {
    public Known {
      state = Collections.unmodifiableSortedMap(new TreeMap<>(state));
    }

    /** A checkpoint alone. */
    public Known(ByteSource trained) {
      this(trained, new TreeMap<>(), Optional.empty(), Optional.empty());
    }
  }

  public AggregationOrder {
    requireNonNull(rule, "rule");
    requireNonNull(optimizer, "optimizer");
    requireNonNull(weighting, "weighting");
    requireNonNull(execution, "execution");
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    checkpoint = Collections.unmodifiableSortedMap(new TreeMap<>(checkpoint));
    updates = inOrder(updates);
    state = Collections.unmodifiableSortedMap(new TreeMap<>(state));
    root = Collections.unmodifiableSortedMap(new TreeMap<>(root));
    checkGroups(groups, checkpoint);
    checkRoot(rule, ofKind(groups, GroupKind.DELTA), root.keySet());
    checkState(optimizer, ofKind(groups, GroupKind.DELTA), state.keySet());
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
      SortedMap<String, ByteSource> state,
      SortedMap<String, ByteSource> root,
      Execution execution) {
    this(
        rule,
        optimizer,
        weighting,
        groups,
        checkpoint,
        updates,
        state,
        root,
        execution,
        updates.size());
  }

  /**
   * An order that moves trained tensors and nothing else.
   *
   * @param layout of the trained tensors and of their deltas
   * @param trained the checkpoint's canonical file of trained tensors
   */
  public static AggregationOrder ofDelta(
      Plan plan,
      Layout layout,
      ByteSource trained,
      List<SpooledUpdate> updates,
      Execution execution) {
    SortedMap<String, GroupSpec> groups = new TreeMap<>(Map.of(DELTA, GroupSpec.delta(layout)));
    return of(plan, groups, new Known(trained), updates, execution, updates.size());
  }

  /**
   * An order of a plan.
   *
   * @param groups the deltas, and statistics and controls where there are any
   * @param known what the coordinator has itself
   * @param nodes as in the order
   */
  public static AggregationOrder of(
      Plan plan,
      SortedMap<String, GroupSpec> groups,
      Known known,
      List<SpooledUpdate> updates,
      Execution execution,
      int nodes) {
    SortedMap<String, ByteSource> states = new TreeMap<>();
    known.state.forEach((name, file) -> states.put(stateOf(DELTA, name), file));
    SortedMap<String, ByteSource> root = new TreeMap<>();
    known.root.ifPresent(file -> root.put(DELTA, file));
    SortedMap<String, ByteSource> checkpoint = new TreeMap<>(Map.of(DELTA, known.trained));
    known.control.ifPresent(file -> checkpoint.put(CONTROL, file));
    return new AggregationOrder(
        rule(plan, updates),
        optimizer(plan, (double) updates.size() / nodes),
        Weighting.of(plan.federation()),
        groups,
        checkpoint,
        updates,
        states,
        root,
        execution,
        nodes);
  }

  /** By node; of one node the older first. */
  private static List<SpooledUpdate> inOrder(List<SpooledUpdate> updates) {
    return updates.stream()
        .sorted(
            Comparator.comparing(SpooledUpdate::node)
                .thenComparing(SpooledUpdate::staleness, Comparator.reverseOrder()))
        .toList();
  }

  private static Rule rule(Plan plan, List<SpooledUpdate> updates) {
    Rule rule = Rules.of(plan);
    return plan.federation()
        .async()
        .<Rule>map(
            async ->
                new StalenessWeighted(
                    rule,
                    inOrder(updates).stream()
                        .map(update -> async.staleness().weight(update.staleness()))
                        .toList()))
        .orElse(rule);
  }

  /** FedDyn has one of its own, and refuses plans with another. */
  private static ServerOptimizer optimizer(Plan plan, double share) {
    return plan.train().algorithm() instanceof AlgorithmPlan.FedDyn
        ? new Drift(share)
        : ServerOptimizer.of(plan.federation().serverOptimizer());
  }

  /** The name of the file of a state of the server optimizer, among those of the groups. */
  public static String stateOf(String group, String state) {
    return group + "/" + state;
  }

  /** The names of all files that the aggregation writes: the groups and the optimizer's states. */
  public Set<String> outputs() {
    Set<String> outputs = states(optimizer, ofKind(groups, GroupKind.DELTA));
    outputs.addAll(groups.keySet());
    return outputs;
  }

  private static Set<String> states(ServerOptimizer optimizer, Set<String> deltas) {
    Set<String> states = new TreeSet<>();
    for (String group : deltas) {
      optimizer.state().forEach(state -> states.add(stateOf(group, state)));
    }
    return states;
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

  private static void checkRoot(Rule rule, Set<String> deltas, Set<String> given) {
    Set<String> needed = rule.needs().root() ? deltas : Set.of();
    if (!given.equals(needed)) {
      throw refused("root update", "groups " + given, "groups " + needed + " for " + rule.name());
    }
  }

  private static void checkState(ServerOptimizer optimizer, Set<String> deltas, Set<String> given) {
    Set<String> all = states(optimizer, deltas);
    if (!given.isEmpty() && !given.equals(all)) {
      throw refused("state of the server optimizer", given, "none or all of " + all);
    }
  }

  private static void checkUpdates(Rule rule, Set<String> groups, List<SpooledUpdate> updates) {
    if (updates.size() < rule.needs().leastUpdates()) {
      throw refused(
          "updates",
          updates.size(),
          "at least " + rule.needs().leastUpdates() + " for " + rule.name());
    }
    Set<List<Object>> seen = new HashSet<>();
    for (SpooledUpdate update : updates) {
      if (!seen.add(List.of(update.node(), update.staleness()))) {
        throw refused("updates", "two of " + update.node(), "one a node and version");
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
