package io.tributary.coordinator.round;

import io.tributary.federation.NodeName;
import io.tributary.federation.plan.CohortPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws the cohort of a recruiting run: seeded by plan, round and attempt, among nodes that are
 * connected, free, named by the plan (or the plan names none) and whose labels the plan has. A
 * deterministic plan that names its nodes draws from the names, whoever is connected, and waits for
 * those drawn; where sizes decide, it waits until each named node has told its own.
 */
final class Selector {
  private final RunState run;
  private final Roster roster;
  private final CohortPlan plan;

  /** In the order of names, as the roster has them. */
  private final List<NodeName> connected = new ArrayList<>();

  private final List<NodeName> free = new ArrayList<>();

  /** Whether nodes with these labels fit; most nodes have the same. */
  private final Map<Set<String>, Boolean> fitting = new HashMap<>();

  private final int secured;

  private Optional<Set<NodeName>> freeNames = Optional.empty();
  private Optional<List<NodeName>> intended = Optional.empty();
  private Optional<NodeHistories> histories = Optional.empty();

  private Selector(RunState run, Roster roster, Set<NodeName> taken) {
    this.run = run;
    this.roster = roster;
    this.plan = run.plan().federation().cohort();
    this.secured =
        run.open().count(AssignmentStage.COUNTED) + run.open().count(AssignmentStage.RECEIVED);
    Set<NodeName> closed = closed();
    for (Roster.Member member : roster) {
      NodeName node = member.profile().node();
      if (named(node) && fits(member.profile()) && !closed.contains(node)) {
        connected.add(node);
        if (!taken.contains(node)) {
          free.add(node);
        }
      }
    }
  }

  /** What to ask now; or why not. Exactly one of both. */
  record Choice(Optional<Draw> draw, Optional<Shortage> shortage) {}

  /**
   * Chooses.
   *
   * @param taken nodes that work on something or that an earlier run waits for
   * @param passed whether the recruiting deadline has passed
   */
  static Choice choose(RunState run, Roster roster, Set<NodeName> taken, boolean passed) {
    var selector = new Selector(run, roster, taken);
    Optional<Draw> draw =
        run.open().target() == 0 ? selector.first(passed) : selector.extension(passed);
    return draw.isPresent()
        ? new Choice(draw, Optional.empty())
        : new Choice(Optional.empty(), Optional.of(selector.shortage()));
  }

  /** Why nobody is asked. */
  static Shortage shortage(RunState run, Roster roster, Set<NodeName> taken) {
    return new Selector(run, roster, taken).shortage();
  }

  /**
   * Nodes to ask where each is asked for itself: in an order of its own in each round and attempt,
   * whoever else is there.
   *
   * @param asked that are not asked again
   * @param most nodes
   */
  static List<NodeName> inTurn(
      RunState run, Roster roster, Set<NodeName> taken, Set<NodeName> asked, int most) {
    var selector = new Selector(run, roster, taken);
    List<NodeName> pool = selector.free.stream().filter(node -> !asked.contains(node)).toList();
    return selector.draw(run.open().attempt()).inTurn(pool, most);
  }

  /** Whether a node may take part in a run at all. */
  static boolean suits(RunState run, NodeProfile node) {
    List<NodeName> named = run.plan().federation().cohort().nodes();
    return (named.isEmpty() || named.contains(node.node()))
        && node.trainExamples() > 0
        && run.plan().model().labels().containsAll(node.labels());
  }

  private Optional<Draw> first(boolean passed) {
    if (fixed()) {
      List<NodeName> intended = intended();
      if (unknown().isEmpty() && freeNames().containsAll(intended)) {
        return Optional.of(new Draw(intended, intended.size(), Optional.empty()));
      }
      if (!passed) {
        return Optional.empty();
      }
    }
    if (free.size() < plan.quorum()) {
      return Optional.empty();
    }
    int size = fixed() ? Math.min(intended().size(), free.size()) : plan.asked(free.size());
    List<NodeName> nodes = draw(run.open().attempt()).cohort(candidates(free), size);
    return Optional.of(
        new Draw(
            nodes,
            plan.target(free.size(), nodes.size()),
            fixed() ? lost(nodes) : Optional.empty()));
  }

  /** Fresh nodes before those asked already; a fixed cohort asks its own members again first. */
  private Optional<Draw> extension(boolean passed) {
    int wanted = plan.overSelected(Math.max(1, run.open().target() - secured));
    int needed = Math.max(1, plan.quorum() - secured);
    List<NodeName> own =
        fixed() ? intended().stream().filter(node -> !closed().contains(node)).toList() : List.of();
    if (!own.isEmpty() && !freeNames().containsAll(own) && !passed) {
      return Optional.empty();
    }
    NavigableSet<NodeName> chosen = new TreeSet<>();
    add(chosen, own.stream().filter(freeNames()::contains).toList(), wanted);
    Set<NodeName> asked = asked();
    add(chosen, free.stream().filter(node -> !asked.contains(node)).toList(), wanted);
    add(chosen, free.stream().filter(asked::contains).toList(), wanted);
    return chosen.size() < needed
        ? Optional.empty()
        : Optional.of(new Draw(List.copyOf(chosen), run.open().target(), Optional.empty()));
  }

  private void add(NavigableSet<NodeName> chosen, List<NodeName> pool, int wanted) {
    List<NodeName> rest = pool.stream().filter(node -> !chosen.contains(node)).toList();
    chosen.addAll(draw(run.open().attempt()).some(candidates(rest), wanted - chosen.size()));
  }

  private Shortage shortage() {
    int needed = fixed() ? intended().size() : plan.quorum();
    int wanted = Math.max(1, (run.open().target() == 0 ? needed : run.open().target()) - secured);
    Set<NodeName> closed = closed();
    Set<NodeName> able = freeNames();
    boolean hopeless = !plan.nodes().isEmpty() && closed.containsAll(plan.nodes());
    String sentence =
        "waits for nodes: "
            + free.size()
            + " can take part (expected: "
            + wanted
            + ")"
            + listing("busy", connected.stream().filter(node -> !able.contains(node)).toList())
            + listing(
                "not connected",
                plan.nodes().stream().filter(node -> roster.find(node).isEmpty()).toList())
            + listing("data do not fit the plan", unfit());
    boolean onlyBusyMissing = connected.size() >= wanted;
    return new Shortage(sentence, hopeless, onlyBusyMissing ? able : Set.of());
  }

  private List<NodeName> unfit() {
    List<NodeName> unfit = new ArrayList<>();
    for (Roster.Member member : roster) {
      if (named(member.node()) && !fits(member.profile())) {
        unfit.add(member.node());
      }
    }
    return unfit;
  }

  private static String listing(String what, List<NodeName> nodes) {
    if (nodes.isEmpty()) {
      return "";
    }
    String names = nodes.stream().limit(10).map(NodeName::value).collect(Collectors.joining(", "));
    return "; " + what + ": " + names + (nodes.size() > 10 ? " and more" : "");
  }

  /** The cohort that a fixed plan means, whatever attempt it is. */
  private List<NodeName> intended() {
    if (intended.isEmpty()) {
      intended =
          Optional.of(draw(1).cohort(candidates(plan.nodes()), plan.asked(plan.nodes().size())));
    }
    return intended.get();
  }

  /** Made only where somebody asks: most rounds of many nodes are drawn without. */
  private Set<NodeName> freeNames() {
    if (freeNames.isEmpty()) {
      freeNames = Optional.of(Set.copyOf(free));
    }
    return freeNames.get();
  }

  private boolean fixed() {
    return run.plan().deterministic() && !plan.nodes().isEmpty();
  }

  private CohortDraw draw(int attempt) {
    return new CohortDraw(plan, run.plan().seed(), run.open().round(), attempt);
  }

  /** Named nodes whose sizes a draw must know, and that have told them to nobody yet. */
  private List<NodeName> unknown() {
    return plan.kind().weighsSizes()
        ? plan.nodes().stream().filter(node -> examples(node) == 0).toList()
        : List.of();
  }

  private List<CohortDraw.Candidate> candidates(Collection<NodeName> nodes) {
    return nodes.stream()
        .map(
            node ->
                plan.looksBack()
                    ? new CohortDraw.Candidate(node, examples(node), histories().of(node))
                    : new CohortDraw.Candidate(node, 0, NodeHistory.NONE))
        .toList();
  }

  /** As the node's card declares, or declared when it was last asked. */
  private long examples(NodeName node) {
    return roster
        .find(node)
        .map(member -> member.profile().trainExamples())
        .orElseGet(() -> histories().of(node).examples());
  }

  private NodeHistories histories() {
    if (histories.isEmpty()) {
      histories = Optional.of(NodeHistories.of(run.rounds()));
    }
    return histories.get();
  }

  private boolean named(NodeName node) {
    return plan.nodes().isEmpty() || plan.nodes().contains(node);
  }

  private boolean fits(NodeProfile profile) {
    return profile.trainExamples() > 0
        && fitting.computeIfAbsent(profile.labels(), run.plan().model().labels()::containsAll);
  }

  /** Nodes that this round must not ask (again); what an earlier one asked is no matter of it. */
  private Set<NodeName> closed() {
    return run.open().cohort().values().stream()
        .filter(assignment -> assignment.id().round().round() == run.open().round())
        .filter(assignment -> !assignment.askAgain())
        .map(AssignmentRecord::node)
        .collect(Collectors.toSet());
  }

  private Set<NodeName> asked() {
    return run.open().cohort().values().stream()
        .map(AssignmentRecord::node)
        .collect(Collectors.toSet());
  }

  private Optional<String> lost(List<NodeName> drawn) {
    List<NodeName> missing =
        Stream.concat(intended().stream(), unknown().stream())
            .filter(node -> !drawn.contains(node))
            .distinct()
            .sorted()
            .toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("round " + run.open().round() + " was drawn" + listing("without", missing));
  }
}
