package io.tributary.federation.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How an update that began versions ago counts: Xie, Koyejo and Gupta, 2019 (FedAsync), 5.1. */
public enum StalenessName {
  /** The same however old. */
  CONSTANT("constant"),
  /** (1 + τ)^-a; with a = 0.5 the one of FedBuff. */
  POLYNOMIAL("polynomial"),
  /** In full up to b versions, then 1 / (a (τ - b) + 1). */
  HINGE("hinge");

  private final String token;

  StalenessName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  /** What may stand beside the name. */
  public List<PlanOption> options() {
    return switch (this) {
      case CONSTANT -> List.of();
      case POLYNOMIAL -> List.of(PlanOption.number("a", 0.5, 0, 100));
      case HINGE ->
          List.of(PlanOption.number("a", 10, 0, 1_000), PlanOption.whole("b", 4, 0, 1_000_000));
    };
  }

  static Optional<StalenessName> find(String token) {
    return Arrays.stream(values()).filter(name -> name.token.equals(token)).findFirst();
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(StalenessName::token).toList();
  }
}
