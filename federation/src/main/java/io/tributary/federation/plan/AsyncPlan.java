package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rounds without a barrier, {@code federation.mode: async}: FedBuff (Nguyen et al., "Federated
 * Learning with Buffered Asynchronous Aggregation", AISTATS 2022, algorithm 1). Nodes work at their
 * own pace; every so many updates make the next version of the model, each weighed by how many
 * versions ago it began.
 *
 * @param buffer K, updates that make a version, at least 1
 * @param concurrency most nodes at work at once; empty: all that can take part
 * @param maxStaleness an update that began more versions ago is refused
 * @param staleness what older updates count with
 */
public record AsyncPlan(
    int buffer, Optional<Integer> concurrency, int maxStaleness, StalenessPlan staleness) {
  private static final String ASYNC = "async";
  private static final String SYNC = "sync";
  private static final int MOST = 1_000_000;
  private static final Set<RuleName> MEANS =
      EnumSet.of(RuleName.WEIGHTED_MEAN, RuleName.UNIFORM_MEAN);
  private static final Set<LoraAggregation> STEADY =
      EnumSet.of(LoraAggregation.FEDIT, LoraAggregation.FFA);

  public AsyncPlan {
    requireNonNull(concurrency, "concurrency");
    requireNonNull(staleness, "staleness");
  }

  /** Reads {@code key: sync}, {@code key: async} or {@code key: {name: async, OPTION: …}}. */
  static Optional<AsyncPlan> read(Settings parent, String key) {
    Settings settings = parent.named(key);
    String name = settings.choice("name", SYNC, List.of(SYNC, ASYNC));
    if (!name.equals(ASYNC)) {
      return Optional.empty();
    }
    return Optional.of(
        new AsyncPlan(
            (int) settings.integer("buffer", 10, 1, MOST),
            settings.optionalInteger("concurrency", 1, MOST).map(Math::toIntExact),
            (int) settings.integer("max-staleness", 20, 0, MOST),
            StalenessPlan.read(settings, "staleness")));
  }

  /** Refuses what has no meaning without a cohort that begins and ends together. */
  void check(Plan plan, Settings settings) {
    Settings federation = settings.section("federation");
    if (plan.deterministic()) {
      throw federation.refusal(
          "mode",
          ASYNC,
          "sync, or deterministic: false, since which updates come first can't be repeated");
    }
    if (plan.federation().rule().known().filter(MEANS::contains).isEmpty()) {
      throw federation.refusal(
          "rule",
          plan.federation().rule().name(),
          "weighted-mean or uniform-mean with mode async, whose updates differ in age");
    }
    checkCohort(plan.federation().cohort(), federation.section("cohort"), federation);
    checkState(plan, settings);
    checkLora(plan.train().what(), settings.section("train"));
    if (plan.evaluation().places().atSites()) {
      throw settings
          .section("evaluation")
          .refusal(
              "where",
              plan.evaluation().places().where().token(),
              "central with mode async, whose sites are at work all the time");
    }
  }

  private void checkCohort(CohortPlan cohort, Settings settings, Settings federation) {
    if (cohort.fraction() < 1) {
      throw alone(settings, "fraction", cohort.fraction(), "1");
    }
    if (cohort.size().isPresent()) {
      throw alone(settings, "size", cohort.size().get(), "none");
    }
    if (cohort.kind() != CohortKind.UNIFORM) {
      throw alone(settings, "kind", cohort.kind().token(), "uniform");
    }
    if (cohort.floor().isPresent()) {
      throw alone(settings, "floor", cohort.floor().get(), "none");
    }
    if (cohort.overSelect() > 1) {
      throw alone(settings, "over-select", cohort.overSelect(), "1");
    }
    if (cohort.closeAt().isPresent()) {
      throw alone(settings, "close-at", cohort.closeAt().get(), "none");
    }
    if (buffer < cohort.quorum()) {
      throw federation
          .named("mode")
          .refusal("buffer", buffer, "at least the quorum, " + cohort.quorum());
    }
    if (!cohort.nodes().isEmpty() && buffer > cohort.nodes().size()) {
      throw federation
          .named("mode")
          .refusal("buffer", buffer, "at most the " + cohort.nodes().size() + " nodes named");
    }
  }

  private static FederationException alone(
      Settings settings, String key, Object found, String rule) {
    return settings.refusal(key, found, rule + " with mode async, where mode.concurrency says it");
  }

  /** A node's next work begins before it is known whether its last update counts. */
  private static void checkState(Plan plan, Settings settings) {
    Settings train = settings.section("train");
    String why = " with mode async, where nothing that nodes keep has a round to belong to";
    if (plan.train().algorithm().keepsState()) {
      throw train.refusal("algorithm", plan.train().algorithm().name(), "fedavg or fedprox" + why);
    }
    if (!plan.train().personal().equals(PersonalPlan.none())) {
      throw train.refusal("personal", plan.train().personal().name(), "none" + why);
    }
    if (plan.train().loop().state() == OptimizerState.KEEP) {
      throw train.refusal("optimizer-state", OptimizerState.KEEP.token(), "fresh" + why);
    }
    if (plan.federation().compression().errorFeedback()) {
      throw settings
          .section("federation")
          .named("compression")
          .refusal("error-feedback", "true", "false" + why);
    }
  }

  private static void checkLora(TrainedPart what, Settings train) {
    if (!(what instanceof TrainedPart.Lora lora)) {
      return;
    }
    if (!lora.settings().ranks().isEmpty()) {
      throw train.section("lora").refusal("ranks", "given", "one rank for all with mode async");
    }
    if (!STEADY.contains(lora.settings().aggregation())) {
      throw train
          .section("lora")
          .refusal(
              "aggregation",
              lora.settings().aggregation().token(),
              "fedit or ffa with mode async, whose updates begin from different rounds");
    }
  }

  JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("name", ASYNC)
            .put("buffer", buffer)
            .put("max-staleness", maxStaleness)
            .put("staleness", staleness.toJson());
    concurrency.ifPresent(nodes -> json.put("concurrency", nodes));
    return json.build();
  }
}
