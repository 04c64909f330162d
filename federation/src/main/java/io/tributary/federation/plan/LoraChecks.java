package io.tributary.federation.plan;

import io.tributary.federation.NodeName;
import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Optional;

/** What a way to aggregate adapters does not go together with. */
final class LoraChecks {
  private static final List<String> MEANS =
      List.of(
          RuleName.WEIGHTED_MEAN.token(),
          RuleName.UNIFORM_MEAN.token(),
          RuleName.CAPPED_MEAN.token());

  private final Plan plan;
  private final LoraPlan lora;
  private final boolean ranks;

  /** What asks for the checks, as messages name it. */
  private final String why;

  private final Settings train;
  private final Settings federation;

  private LoraChecks(Plan plan, LoraPlan lora, Settings settings) {
    this.plan = plan;
    this.lora = lora;
    this.ranks = !lora.ranks().isEmpty();
    this.why = ranks ? "train.lora.ranks" : lora.aggregation().token();
    this.train = settings.section("train");
    this.federation = settings.section("federation");
  }

  /** Refuses a plan whose parts are not defined together. */
  static void check(Plan plan, Settings settings) {
    if (plan.train().what() instanceof TrainedPart.Lora lora) {
      new LoraChecks(plan, lora.settings(), settings).check();
    }
  }

  private void check() {
    if (lora.aggregation().folds() || ranks) {
      checkMean();
    }
    if (lora.aggregation() == LoraAggregation.ROLORA || lora.aggregation().folds() || ranks) {
      checkWhatIsKept();
    }
    if (lora.aggregation() != LoraAggregation.FEDIT || ranks) {
      checkPersonal();
    }
    if (lora.aggregation() == LoraAggregation.ROLORA
        || lora.aggregation() == LoraAggregation.FLORA) {
      checkCompression();
    }
    if (ranks) {
      checkRanks();
    }
  }

  /** What was left out of a factor's update is no part of the next round's. */
  private void checkCompression() {
    CompressionPlan compression = plan.federation().compression();
    if (!compression.isNone() && compression.errorFeedback()) {
      throw federation
          .named("compression")
          .refusal(
              "error-feedback",
              "true",
              "false for " + lora.aggregation().token() + ofAggregation());
    }
  }

  /** A sum of products needs weights; what a rule or an optimizer makes of A and B has none. */
  private void checkMean() {
    String rule = plan.federation().rule().name();
    if (!MEANS.contains(rule)) {
      throw federation.refusal(
          "rule", rule, String.join(", ", MEANS) + " for " + why + ", which sums products B · A");
    }
  }

  /** A memory in the layout of A and B fits no round in which one stands still or begins anew. */
  private void checkWhatIsKept() {
    ServerOptimizerName optimizer = plan.federation().serverOptimizer().name();
    if (optimizer != ServerOptimizerName.NONE) {
      throw federation.refusal("server-optimizer", optimizer.token(), "none for " + why + reason());
    }
    AlgorithmPlan algorithm = plan.train().algorithm();
    if (algorithm.keepsState()) {
      throw train.refusal("algorithm", algorithm.name(), "fedavg or fedprox for " + why + reason());
    }
    if (plan.train().loop().state() == OptimizerState.KEEP) {
      throw train.refusal(
          "optimizer-state", OptimizerState.KEEP.token(), "fresh for " + why + reason());
    }
  }

  private String reason() {
    return ranks
        ? ", since nodes hold adapters of other forms than the coordinator"
        : ofAggregation();
  }

  private String ofAggregation() {
    return switch (lora.aggregation()) {
      case ROLORA -> ", whose rounds train A and B in turn";
      case FLORA -> ", whose adapters begin anew in every round";
      default -> ", whose rounds move the weights under the adapters";
    };
  }

  private void checkPersonal() {
    if (!plan.train().personal().equals(PersonalPlan.none())) {
      throw train.refusal(
          "personal",
          plan.train().personal().name(),
          "none for " + why + ", or train.lora.aggregation: fedit without ranks");
    }
  }

  private void checkRanks() {
    Settings section = train.section("lora");
    if (lora.aggregation() == LoraAggregation.FFA) {
      throw section.refusal("ranks", "given", "no ranks for ffa, whose A is one for all nodes");
    }
    List<NodeName> cohort = plan.federation().cohort().nodes();
    Optional<NodeName> stranger =
        lora.ranks().keySet().stream().filter(node -> !cohort.contains(node)).findFirst();
    if (!cohort.isEmpty() && stranger.isPresent()) {
      throw section.refusal("ranks", stranger.get(), "nodes of federation.cohort.nodes");
    }
  }
}
