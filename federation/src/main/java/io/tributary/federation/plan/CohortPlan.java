package io.tributary.federation.plan;

import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Who is asked in a round.
 *
 * @param fraction share of the eligible nodes whose updates a round wants, at least the quorum
 * @param size the same as a number; empty: the fraction says it
 * @param quorum fewest accepted updates with which a round aggregates
 * @param nodes the only nodes that may be drawn; empty: every enrolled node
 * @param kind by what they are drawn
 * @param candidates of power-of-choice: how many are drawn before the loss decides; empty: twice as
 *     many as are asked
 * @param floor most rounds in a row in which a node that can take part goes unasked; empty: no such
 *     promise
 * @param overSelect how many times as many nodes are asked as updates are wanted, 1 or more
 * @param closeAt counted updates that close a round before the others are in; empty: as many as are
 *     wanted
 */
public record CohortPlan(
    double fraction,
    Optional<Integer> size,
    int quorum,
    List<NodeName> nodes,
    CohortKind kind,
    Optional<Integer> candidates,
    Optional<Integer> floor,
    double overSelect,
    Optional<Integer> closeAt) {
  private static final int MOST = 1_000_000;

  /** Products such as 30 · 1.1 lie a little above the whole number that they mean. */
  private static final double ROUNDING = 1e-9;

  public CohortPlan {
    nodes = List.copyOf(nodes);
  }

  /** A uniform draw whose rounds wait for all that were asked. */
  public CohortPlan(double fraction, int quorum, List<NodeName> nodes) {
    this(
        fraction,
        Optional.empty(),
        quorum,
        nodes,
        CohortKind.UNIFORM,
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  static CohortPlan read(Settings settings) {
    var cohort =
        new CohortPlan(
            settings.number("fraction", 1.0, 0, 1),
            whole(settings, "size"),
            (int) settings.integer("quorum", 1, 1, MOST),
            settings.texts("nodes", List.of()).stream()
                .map(NodeName::new)
                .distinct()
                .sorted()
                .toList(),
            CohortKind.read(settings, "kind", CohortKind.UNIFORM),
            whole(settings, "candidates"),
            whole(settings, "floor"),
            settings.number("over-select", 1, 1, 100),
            whole(settings, "close-at"));
    cohort.checkSizes(settings);
    cohort.checkChoice(settings);
    return cohort;
  }

  private static Optional<Integer> whole(Settings settings, String key) {
    return settings.optionalInteger(key, 1, MOST).map(Math::toIntExact);
  }

  private void checkSizes(Settings settings) {
    if (!nodes.isEmpty() && quorum > nodes.size()) {
      throw settings.refusal("quorum", quorum, "at most the " + nodes.size() + " nodes named");
    }
    if (size.isPresent() && fraction < 1) {
      throw settings.refusal("size", size.get(), "either size or fraction, which is " + fraction);
    }
    if (size.isPresent() && size.get() < quorum) {
      throw settings.refusal("size", size.get(), "at least the quorum, " + quorum);
    }
    if (size.isPresent() && !nodes.isEmpty() && size.get() > nodes.size()) {
      throw settings.refusal("size", size.get(), "at most the " + nodes.size() + " nodes named");
    }
    if (closeAt.isPresent() && closeAt.get() < quorum) {
      throw settings.refusal("close-at", closeAt.get(), "at least the quorum, " + quorum);
    }
    Optional<Integer> asked = mostAsked();
    if (closeAt.isPresent() && asked.isPresent() && closeAt.get() > asked.get()) {
      throw settings.refusal(
          "close-at", closeAt.get(), "at most the " + asked.get() + " nodes that are asked");
    }
  }

  private void checkChoice(Settings settings) {
    if (candidates.isPresent() && kind != CohortKind.POWER_OF_CHOICE) {
      throw settings.refusal(
          "candidates",
          candidates.get(),
          "none for kind " + kind.token() + ", which has no losses");
    }
    Optional<Integer> asked = mostAsked();
    if (candidates.isPresent() && asked.isPresent() && candidates.get() < asked.get()) {
      throw settings.refusal(
          "candidates", candidates.get(), "at least the " + asked.get() + " nodes that are asked");
    }
    if (floor.isPresent() && !nodes.isEmpty()) {
      int each = asked(nodes.size());
      int rounds = (nodes.size() + each - 1) / each;
      if (floor.get() < rounds - 1) {
        String pace = nodes.size() + " nodes at " + each + " a round take " + rounds;
        throw settings.refusal(
            "floor", floor.get(), "at least " + (rounds - 1) + ", since " + pace);
      }
    }
  }

  /** Whether a draw depends on what nodes did in all the rounds before. */
  public boolean looksBack() {
    return kind != CohortKind.UNIFORM || floor.isPresent();
  }

  /** Refuses what a repeatable result can't be promised with. */
  void checkRepeatable(Settings settings) {
    if (overSelect > 1) {
      throw repeatable(settings, "over-select", overSelect, "1");
    }
    if (closeAt.isPresent()) {
      throw repeatable(settings, "close-at", closeAt.get(), "none");
    }
    if (kind == CohortKind.BY_AVAILABILITY) {
      throw settings.refusal(
          "kind",
          kind.token(),
          "another kind, or deterministic: false, since who answers in time can't be repeated");
    }
  }

  private static FederationException repeatable(
      Settings settings, String key, Object found, String rule) {
    return settings.refusal(
        key,
        found,
        rule + ", or deterministic: false, since which updates come first can't be repeated");
  }

  /** As many as are ever asked in one draw, where the plan alone says it. */
  private Optional<Integer> mostAsked() {
    if (size.isPresent()) {
      return Optional.of(overSelected(size.get()));
    }
    return nodes.isEmpty() ? Optional.empty() : Optional.of(asked(nodes.size()));
  }

  /** Whether a cohort may be a part of the nodes only. */
  public boolean partial() {
    return fraction < 1 || size.isPresent();
  }

  /** Whether a round may close while nodes that were asked still work. */
  public boolean closesEarly() {
    return overSelect > 1 || closeAt.isPresent();
  }

  /** How many updates a round wants of so many eligible nodes. */
  public int wanted(int eligible) {
    int share = size.orElseGet(() -> (int) Math.ceil(fraction * eligible));
    return Math.min(eligible, Math.max(quorum, share));
  }

  /** How many of so many eligible nodes are asked. */
  public int asked(int eligible) {
    return Math.min(eligible, overSelected(wanted(eligible)));
  }

  /** How many are asked so that so many updates come. */
  public int overSelected(int updates) {
    return (int) Math.min(MOST, Math.ceil(updates * overSelect - ROUNDING));
  }

  /**
   * Counted updates that close a round.
   *
   * @param eligible of how many nodes they were drawn
   * @param drawn how many were
   */
  public int target(int eligible, int drawn) {
    return closesEarly() ? Math.min(drawn, closeAt.orElseGet(() -> wanted(eligible))) : drawn;
  }

  JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("fraction", fraction)
            .put("quorum", quorum)
            .put(
                "nodes",
                JsonValue.array(nodes.stream().map(node -> JsonValue.of(node.value())).toList()));
    // only then: plans written before there was a choice keep their digest
    if (kind != CohortKind.UNIFORM) {
      json.put("kind", kind.token());
    }
    if (overSelect > 1) {
      json.put("over-select", overSelect);
    }
    size.ifPresent(number -> json.put("size", number));
    candidates.ifPresent(number -> json.put("candidates", number));
    floor.ifPresent(rounds -> json.put("floor", rounds));
    closeAt.ifPresent(number -> json.put("close-at", number));
    return json.build();
  }
}
