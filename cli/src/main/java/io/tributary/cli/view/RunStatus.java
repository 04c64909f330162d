package io.tributary.cli.view;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TaskKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A run as an operator sees it.
 *
 * @param plan canonical JSON of the resolved plan
 * @param state such as {@code collecting} or {@code completed}
 * @param cohort what the nodes of the open round do
 * @param finalDigest of the last committed checkpoint's trained tensors
 * @param change number of this view; grows with every change
 * @param test figures on the test part, once the run has completed
 * @param determinism whether the result can still be repeated, or why not
 * @param from the round whose checkpoint it went on from, {@code run/round}; empty: from its base
 */
public record RunStatus(
    String run,
    String plan,
    String planDigest,
    String state,
    String reason,
    int round,
    int attempt,
    Optional<Instant> started,
    Optional<Instant> ended,
    List<RoundStatus> rounds,
    List<NodeWork> cohort,
    int bestRound,
    String finalDigest,
    long change,
    Optional<Evaluation> test,
    String determinism,
    String from) {
  private static final Set<String> ENDED = Set.of("completed", "stopped", "failed");

  public RunStatus {
    rounds = List.copyOf(rounds);
    cohort = List.copyOf(cohort);
  }

  /** This view, which may leave out what an earlier one has: the plan and its rounds. */
  public RunStatus after(RunStatus earlier) {
    int first = rounds.isEmpty() ? Integer.MAX_VALUE : rounds.get(0).round();
    List<RoundStatus> all = new ArrayList<>();
    earlier.rounds.stream().filter(known -> known.round() < first).forEach(all::add);
    all.addAll(rounds);
    return new RunStatus(
        run,
        plan.isEmpty() ? earlier.plan : plan,
        planDigest,
        state,
        reason,
        round,
        attempt,
        started,
        ended,
        all,
        cohort,
        bestRound,
        finalDigest,
        change,
        test,
        determinism,
        from);
  }

  /** This view without what single nodes do, and with its newest rounds only. */
  public RunStatus brief(int newest) {
    int first = Math.max(0, rounds.size() - newest);
    return new RunStatus(
        run,
        plan,
        planDigest,
        state,
        reason,
        round,
        attempt,
        started,
        ended,
        rounds.subList(first, rounds.size()),
        List.of(),
        bestRound,
        finalDigest,
        change,
        test,
        determinism,
        from);
  }

  public boolean over() {
    return ENDED.contains(state);
  }

  public boolean completed() {
    return state.equals("completed");
  }

  /** Rounds that the plan asks for; 0 when the plan does not say. */
  public int plannedRounds() {
    if (plan.isEmpty() || !(JsonReader.read(plan) instanceof JsonObject tree)) {
      return 0;
    }
    return tree.find("federation")
        .filter(JsonObject.class::isInstance)
        .flatMap(section -> ((JsonObject) section).find("rounds"))
        .filter(JsonNumber.class::isInstance)
        .map(number -> ((JsonNumber) number).value().intValue())
        .orElse(0);
  }

  /** The metrics that the plan shows; those of a classification when the plan does not say. */
  public List<Metric> shownMetrics() {
    return evaluationPlan()
        .map(known -> known.evaluation().shown(TaskKind.of(known.model())))
        .orElse(Metric.shown(TaskKind.CLASSIFICATION));
  }

  /** The metric that names the best round. */
  public Metric chosenMetric() {
    return evaluationPlan()
        .map(known -> known.evaluation().metric())
        .orElse(Metric.usual(TaskKind.CLASSIFICATION));
  }

  /** The plan, if this version knows all that it says. */
  private Optional<Plan> evaluationPlan() {
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Plan.parse(plan));
    } catch (FederationException e) {
      return Optional.empty();
    }
  }

  /** The newest round that has figures. */
  public Optional<RoundStatus> newest() {
    return rounds.stream()
        .filter(r -> r.evaluation().isPresent())
        .reduce((earlier, later) -> later);
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("run", run)
        .put("plan", plan.isEmpty() ? new JsonNull() : JsonReader.read(plan))
        .put("planDigest", planDigest)
        .put("state", state)
        .put("reason", reason)
        .put("round", round)
        .put("attempt", attempt)
        .put("started", Numbers.json(started))
        .put("ended", Numbers.json(ended))
        .put("rounds", JsonValue.array(rounds.stream().map(RoundStatus::toJson).toList()))
        .put("cohort", JsonValue.array(cohort.stream().map(NodeWork::toJson).toList()))
        .put("bestRound", bestRound)
        .put("finalDigest", finalDigest)
        .put("change", change)
        .put("test", test.<JsonValue>map(Evaluation::toJson).orElseGet(JsonNull::new))
        .put("determinism", determinism)
        .put("from", from)
        .build();
  }
}
