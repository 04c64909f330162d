package io.tributary.federation.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How the accepted updates become one: the rules that every coordinator has. */
public enum RuleName {
  /** Mean by weight: FedAvg, McMahan et al., AISTATS 2017, algorithm 1. */
  WEIGHTED_MEAN("weighted-mean"),
  /** Mean in which every node counts the same. */
  UNIFORM_MEAN("uniform-mean"),
  /** Mean by weight, in which no node counts for more than a share of the whole. */
  CAPPED_MEAN("capped-mean"),
  /** Median of each value: Yin et al., ICML 2018. */
  MEDIAN("median"),
  /** Mean of each value without its extremes: Yin et al., ICML 2018. */
  TRIMMED_MEAN("trimmed-mean"),
  /** The update nearest to its neighbours: Blanchard et al., NeurIPS 2017. */
  KRUM("krum"),
  /** Mean of the updates nearest to their neighbours: Blanchard et al., NeurIPS 2017. */
  MULTI_KRUM("multi-krum"),
  /** Krum several times, then the middle of each value: El Mhamdi et al., ICML 2018. */
  BULYAN("bulyan"),
  /** RFA, the point of least distances: Pillutla et al., IEEE TSP 2022. */
  GEOMETRIC_MEDIAN("geometric-median"),
  /** Mean by weight of updates shortened to a norm: Sun et al., 2019. */
  NORM_CLIPPING("norm-clipping"),
  /** Mean around a centre, of differences shortened to a radius: Karimireddy et al., ICML 2021. */
  CENTRED_CLIPPING("centred-clipping"),
  /** Mean by weight of updates divided by their local steps: Wang et al., NeurIPS 2020. */
  FEDNOVA("fednova"),
  /** Trust by the angle to an update of the coordinator's own: Cao et al., NDSS 2021. */
  FLTRUST("fltrust");

  private final String token;

  RuleName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  /** What may stand beside the name. */
  public List<PlanOption> options() {
    return switch (this) {
      case WEIGHTED_MEAN, UNIFORM_MEAN, MEDIAN, FEDNOVA, FLTRUST -> List.of();
      case CAPPED_MEAN -> List.of(PlanOption.number("share", 0.5, 1e-6, 1));
      case TRIMMED_MEAN -> List.of(PlanOption.number("trim", 0.2, 1e-6, 0.499999));
      case KRUM, BULYAN -> List.of(PlanOption.whole("byzantine", 1, 0, 100_000));
      case MULTI_KRUM ->
          List.of(
              PlanOption.whole("byzantine", 1, 0, 100_000),
              PlanOption.unwrittenWholeOr("n-f", "keep", 1, 100_000));
      case GEOMETRIC_MEDIAN ->
          List.of(
              PlanOption.whole("iterations", 4, 1, 100),
              PlanOption.number("smoothing", 1e-6, 1e-18, 1e18));
      case NORM_CLIPPING -> List.of(PlanOption.numberOr("median", "norm", 1e-12, 1e18));
      case CENTRED_CLIPPING ->
          List.of(
              PlanOption.numberOr("median", "radius", 1e-12, 1e18),
              PlanOption.whole("iterations", 3, 1, 100));
    };
  }

  static Optional<RuleName> find(String token) {
    return Arrays.stream(values()).filter(name -> name.token.equals(token)).findFirst();
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(RuleName::token).toList();
  }
}
