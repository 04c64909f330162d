package io.tributary.federation.plan;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What nodes do differently from plain steps, and what the coordinator does with it: {@code
 * train.algorithm}, a name or a section with the name and its options.
 */
public sealed interface AlgorithmPlan {
  /** What a plan without the key has. */
  static AlgorithmPlan fedAvg() {
    return new FedAvg();
  }

  /** Their words, in the order that messages list them. */
  List<String> NAMES = List.of("fedavg", "fedprox", "scaffold", "feddyn", "moon");

  /** The word used in plans and messages. */
  String name();

  /** Plain steps (McMahan et al., AISTATS 2017). */
  record FedAvg() implements AlgorithmPlan {
    @Override
    public String name() {
      return "fedavg";
    }
  }

  /**
   * A term mu/2 · ‖y - x‖² holds the node's weights y near the received ones x (Li et al., MLSys
   * 2020).
   *
   * @param mu 0 to 1,000
   */
  record FedProx(double mu) implements AlgorithmPlan {
    @Override
    public String name() {
      return "fedprox";
    }
  }

  /**
   * Control variates correct the drift of each node's steps; option II (Karimireddy et al., ICML
   * 2020, algorithm 1).
   *
   * @param nodes N, of which each round's cohort is a part; 0: as the cohort says
   */
  record Scaffold(int nodes) implements AlgorithmPlan {
    @Override
    public String name() {
      return "scaffold";
    }
  }

  /**
   * Each node's loss is changed by a linear and a proximal term, so that the nodes' optima become
   * the federation's (Acar et al., ICLR 2021, algorithm 1).
   *
   * @param alpha above 0, to 1,000
   * @param nodes as in {@link Scaffold}
   */
  record FedDyn(double alpha, int nodes) implements AlgorithmPlan {
    @Override
    public String name() {
      return "feddyn";
    }
  }

  /**
   * A contrastive term draws a node's features to those of the received model and away from those
   * of its own last one (Li, He and Song, CVPR 2021, equation 3).
   *
   * @param mu weight of the term, 0 to 1,000
   * @param temperature that divides similarities, above 0
   */
  record Moon(double mu, double temperature) implements AlgorithmPlan {
    @Override
    public String name() {
      return "moon";
    }
  }

  /** Whether nodes keep something from round to round that the next one goes on from. */
  default boolean keepsState() {
    return this instanceof Scaffold || this instanceof FedDyn || this instanceof Moon;
  }

  /** Whether a group of controls travels beside the deltas, and the coordinator's to the nodes. */
  default boolean hasControls() {
    return this instanceof Scaffold;
  }

  /** N, where the plan names it. */
  default Optional<Integer> namedNodes() {
    int nodes =
        this instanceof Scaffold scaffold
            ? scaffold.nodes
            : this instanceof FedDyn dyn ? dyn.nodes : 0;
    return nodes > 0 ? Optional.of(nodes) : Optional.empty();
  }

  /** Whether N counts, and so must be known. */
  private boolean needsNodes() {
    return this instanceof Scaffold || this instanceof FedDyn;
  }

  static AlgorithmPlan read(Settings train) {
    if (!train.has("algorithm")) {
      return fedAvg();
    }
    if (train.holdsObject("algorithm")) {
      Settings section = train.section("algorithm");
      return of(section.choice("name", "", NAMES), section);
    }
    String name = train.choice("algorithm", "", NAMES);
    return of(name, Settings.of("plan", JsonValue.object(Map.of())));
  }

  private static AlgorithmPlan of(String name, Settings options) {
    return switch (name) {
      case "fedprox" -> new FedProx(options.number("mu", 0.01, 0, 1_000));
      case "scaffold" -> new Scaffold(nodes(options));
      case "feddyn" -> new FedDyn(options.number("alpha", 0.01, 1e-9, 1_000), nodes(options));
      case "moon" ->
          new Moon(
              options.number("mu", 1, 0, 1_000), options.number("temperature", 0.5, 1e-3, 1_000));
      default -> fedAvg();
    };
  }

  private static int nodes(Settings options) {
    return options.optionalInteger("nodes", 1, 1_000_000).map(Math::toIntExact).orElse(0);
  }

  /** Refuses a plan under which the algorithm would not be what its paper says. */
  default void check(Plan plan, Settings settings) {
    Settings train = settings.section("train");
    if (this instanceof Scaffold && plan.train().optimizer().name() != OptimizerName.SGD) {
      throw train
          .section("optimizer")
          .refusal(
              "name",
              plan.train().optimizer().name().token(),
              "sgd for scaffold, whose controls are means of gradients");
    }
    if (this instanceof Moon && plan.train().what() instanceof TrainedPart.Head) {
      throw train.refusal("what", "head", "more than the head for moon, which moves features");
    }
    if (needsNodes()) {
      checkFederation(plan.federation(), settings.section("federation"));
    }
    if (this instanceof FedDyn
        && !plan.federation().serverOptimizer().equals(ServerOptimizerPlan.NONE)) {
      throw settings
          .section("federation")
          .refusal(
              "server-optimizer",
              plan.federation().serverOptimizer().name().token(),
              "none for feddyn, which has its own");
    }
    if (this instanceof FedDyn && plan.federation().weights() != NodeWeights.UNIFORM) {
      throw settings
          .section("federation")
          .refusal("weights", plan.federation().weights().token(), "uniform for feddyn");
    }
  }

  private void checkFederation(FederationPlan plan, Settings settings) {
    if (!plan.rule().equals(RulePlan.of(RuleName.WEIGHTED_MEAN))) {
      throw settings.refusal(
          "rule", plan.rule().name(), "weighted-mean for " + name() + ", which sums what it keeps");
    }
    if (plan.cohort().partial() && namedNodes().isEmpty() && plan.cohort().nodes().isEmpty()) {
      throw settings
          .section("cohort")
          .refusal(
              plan.cohort().size().isPresent() ? "size" : "fraction",
              plan.cohort().size().isPresent()
                  ? plan.cohort().size().get()
                  : plan.cohort().fraction(),
              "fraction: 1, or cohort.nodes, or train.algorithm.nodes, for "
                  + name()
                  + ", which must know of how many nodes a cohort is a part");
    }
    int named = namedNodes().orElse(Integer.MAX_VALUE);
    if (named < Math.max(plan.cohort().nodes().size(), plan.cohort().quorum())) {
      throw settings.refusal(
          "cohort",
          "more nodes or a larger quorum than train.algorithm.nodes, " + named,
          "no more than all nodes");
    }
  }

  /**
   * Empty for {@link FedAvg}, so that plans written before there was a choice keep their digest.
   */
  default Optional<JsonObject> toJson() {
    if (this instanceof FedAvg) {
      return Optional.empty();
    }
    ObjectBuilder json = JsonValue.object().put("name", name());
    if (this instanceof FedProx prox) {
      json.put("mu", prox.mu);
    } else if (this instanceof FedDyn dyn) {
      json.put("alpha", dyn.alpha);
    } else if (this instanceof Moon moon) {
      json.put("mu", moon.mu).put("temperature", moon.temperature);
    }
    namedNodes().ifPresent(nodes -> json.put("nodes", nodes));
    return Optional.of(json.build());
  }
}
