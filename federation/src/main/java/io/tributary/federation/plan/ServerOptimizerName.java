package io.tributary.federation.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How the aggregate moves the global state. */
public enum ServerOptimizerName {
  /** The aggregate is added as it is. */
  NONE("none"),
  /** Momentum at the server: Hsu, Qi and Brown, 2019. */
  FEDAVGM("fedavgm"),
  /** Adagrad at the server: Reddi et al., ICLR 2021, algorithm 2. */
  FEDADAGRAD("fedadagrad"),
  /** Adam at the server: Reddi et al., ICLR 2021, algorithm 2. */
  FEDADAM("fedadam"),
  /** Yogi at the server: Reddi et al., ICLR 2021, algorithm 2. */
  FEDYOGI("fedyogi");

  private final String token;

  ServerOptimizerName(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  /** What may stand beside the name. */
  public List<PlanOption> options() {
    PlanOption epsilon = PlanOption.number("epsilon", 1e-3, 1e-12, 1);
    return switch (this) {
      case NONE -> List.of();
      case FEDAVGM -> List.of(rate(1), PlanOption.number("momentum", 0.9, 0, 0.999999));
      case FEDADAGRAD -> List.of(rate(0.01), beta("beta1", 0), epsilon);
      case FEDADAM, FEDYOGI ->
          List.of(rate(0.01), beta("beta1", 0.9), beta("beta2", 0.99), epsilon);
    };
  }

  static Optional<ServerOptimizerName> find(String token) {
    return Arrays.stream(values()).filter(name -> name.token.equals(token)).findFirst();
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(ServerOptimizerName::token).toList();
  }

  private static PlanOption rate(double byDefault) {
    return PlanOption.number("learning-rate", byDefault, 1e-9, 1_000);
  }

  private static PlanOption beta(String key, double byDefault) {
    return PlanOption.number(key, byDefault, 0, 0.999999);
  }
}
