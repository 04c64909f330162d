package io.tributary.simulations.world;

import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Plans of all kinds: fixed and open cohorts, quorum below the cohort, patience, attempts. */
final class RunPlans {
  private static final String PLAN =
      """
      {"name":"t","seed":%d,"deterministic":%b,
       "model":{"base":"sha256:%s","labels":["a","b"]},
       "federation":{"rounds":%d,"attempts":%d,
         "cohort":{"quorum":%d,"fraction":%s,"nodes":[%s]%s}%s,
         "deadlines":{"recruit":"%s","round":"%s"}},
       "evaluation":{"stop":{%s}%s},
       "keep":{"checkpoints":[%s]}}
      """;
  private static final List<String> KEEP =
      List.of("\"best\",\"last\"", "\"last\"", "\"best\"", "\"all\"");

  /** How nodes are drawn, and when a round closes; none of it can be repeated. */
  private static final List<String> DRAWS =
      List.of(
          ",\"over-select\":1.5",
          ",\"over-select\":2,\"kind\":\"by-availability\"",
          ",\"kind\":\"by-size\",\"floor\":2",
          ",\"kind\":\"power-of-choice\",\"floor\":3",
          ",\"kind\":\"by-availability\"");

  private RunPlans() {}

  /**
   * Where a run is evaluated: at the coordinator mostly.
   *
   * @param sites most sites whose figures can be wanted
   */
  private static String places(Dice dice, int sites, String deadline) {
    if (dice.chance(0.6)) {
      return "";
    }
    boolean both = dice.chance(0.5);
    return String.format(
        Locale.ROOT,
        ",\"where\":\"%s\",\"sites\":{\"quorum\":%d,\"deadline\":\"%s\"}%s",
        both ? "both" : "sites",
        1 + dice.below(sites),
        deadline,
        both && dice.chance(0.5) ? ",\"choose\":{\"by\":\"sites\"}" : "");
  }

  /** A deterministic plan that names its nodes and has time enough. */
  static Plan fixed(Dice dice, List<NodeName> nodes) {
    int cohort = 2 + dice.below(nodes.size() - 1);
    return Plan.parse(
        String.format(
            Locale.ROOT,
            PLAN,
            dice.below(1_000),
            true,
            "0".repeat(64),
            1 + dice.below(4),
            50,
            1 + dice.below(cohort),
            "1",
            names(nodes.subList(0, cohort)),
            "",
            "",
            "1d",
            "2d",
            "",
            places(dice, cohort, "1d"),
            dice.pick(KEEP)));
  }

  /** A plan whose nodes work at their own pace. */
  private static Plan async(Dice dice, List<NodeName> nodes) {
    boolean named = dice.chance(0.4);
    int eligible = named ? 2 + dice.below(nodes.size() - 1) : nodes.size();
    int buffer = 1 + dice.below(eligible);
    String mode =
        String.format(
            Locale.ROOT,
            ",\"mode\":{\"name\":\"async\",\"buffer\":%d,\"max-staleness\":%d%s}",
            buffer,
            dice.below(4),
            dice.chance(0.5) ? ",\"concurrency\":" + (1 + dice.below(eligible)) : "");
    return Plan.parse(
        String.format(
            Locale.ROOT,
            PLAN,
            dice.below(1_000),
            false,
            "0".repeat(64),
            1 + dice.below(7),
            1 + dice.below(4),
            1 + dice.below(buffer),
            "1",
            named ? names(nodes.subList(0, eligible)) : "",
            "",
            mode,
            dice.pick(List.of("1m", "2m", "10m")),
            dice.pick(List.of("2m", "4m", "10m", "30m")),
            dice.chance(0.3) ? "\"patience\":2" : dice.chance(0.2) ? "\"target\":0.8" : "",
            "",
            dice.pick(KEEP)));
  }

  /** Any plan whose quorum the nodes can reach. */
  static Plan any(Dice dice, List<NodeName> nodes) {
    if (dice.chance(0.25)) {
      return async(dice, nodes);
    }
    boolean named = dice.chance(0.4);
    int eligible = named ? 2 + dice.below(nodes.size() - 1) : nodes.size();
    boolean deterministic = dice.chance(0.4);
    return Plan.parse(
        String.format(
            Locale.ROOT,
            PLAN,
            dice.below(1_000),
            deterministic,
            "0".repeat(64),
            1 + dice.below(4),
            1 + dice.below(4),
            1 + dice.below(eligible),
            dice.pick(List.of("1", "1", "0.6", "0.3")),
            named ? names(nodes.subList(0, eligible)) : "",
            !deterministic && !named && dice.chance(0.4) ? dice.pick(DRAWS) : "",
            "",
            dice.pick(List.of("1m", "2m", "10m")),
            dice.pick(List.of("2m", "4m", "10m", "30m")),
            dice.chance(0.3) ? "\"patience\":2" : dice.chance(0.2) ? "\"target\":0.8" : "",
            places(dice, eligible, dice.pick(List.of("2m", "10m", "30m"))),
            dice.pick(KEEP)));
  }

  /** A run that starts from a base model; the head that its plan's seed gives comes with it. */
  static RunSpec spec(String run, Plan plan, boolean test) {
    return spec(run, plan, Content.checkpoint(plan.digest() + " zero"), test);
  }

  static RunSpec spec(String run, Plan plan, Checkpoint zero, boolean test) {
    return new RunSpec(
        new RunId(run),
        plan,
        new ArtifactRef(Digest.ofUtf8("base"), 1_000),
        zero,
        List.of(new ExpectedGroup("delta", Content.layout(), "f32", 400)),
        test,
        "op");
  }

  private static String names(List<NodeName> nodes) {
    return nodes.stream().map(node -> "\"" + node + "\"").collect(Collectors.joining(","));
  }
}
