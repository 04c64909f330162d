package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.Optional;

/**
 * How nodes work together.
 *
 * @param attempts how often a round's cohort may be drawn or extended before the run pauses
 * @param compression of the deltas that nodes send
 * @param async where nodes work at their own pace; empty: in rounds
 */
public record FederationPlan(
    int rounds,
    RulePlan rule,
    ServerOptimizerPlan serverOptimizer,
    NodeWeights weights,
    CohortPlan cohort,
    DeadlinesPlan deadlines,
    GatePlan gate,
    int attempts,
    CompressionPlan compression,
    Optional<AsyncPlan> async) {
  static FederationPlan read(Settings settings) {
    return new FederationPlan(
        (int) settings.integer("rounds", 3, 1, 1_000_000),
        RulePlan.read(settings, "rule"),
        ServerOptimizerPlan.read(settings, "server-optimizer"),
        NodeWeights.read(settings, "weights", NodeWeights.EXAMPLES),
        CohortPlan.read(settings.section("cohort")),
        DeadlinesPlan.read(settings.section("deadlines")),
        GatePlan.read(settings.section("gate")),
        (int) settings.integer("attempts", 3, 1, 1_000),
        CompressionPlan.read(settings, "compression"),
        AsyncPlan.read(settings, "mode"));
  }

  /** The same federation, whose updates travel as they are. */
  FederationPlan withoutCompression() {
    return new FederationPlan(
        rounds,
        rule,
        serverOptimizer,
        weights,
        cohort,
        deadlines,
        gate,
        attempts,
        CompressionPlan.NONE,
        async);
  }

  JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("rounds", rounds)
            .put("rule", rule.toJson())
            .put("server-optimizer", serverOptimizer.toJson())
            .put("weights", weights.token())
            .put("cohort", cohort.toJson())
            .put("deadlines", deadlines.toJson())
            .put("gate", gate.toJson())
            .put("attempts", attempts);
    compression.toJson().ifPresent(section -> json.put("compression", section));
    // only then: plans written before there was a choice keep their digest
    async.ifPresent(mode -> json.put("mode", mode.toJson()));
    return json.build();
  }
}
