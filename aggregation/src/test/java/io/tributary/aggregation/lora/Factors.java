package io.tributary.aggregation.lora;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.ArrayList;
import java.util.List;

/**
 * The two factors of an adapter, whose product B·A is added to a weight (Hu et al., "LoRA", ICLR
 * 2022).
 *
 * @param b out × r
 * @param a r × in
 */
public record Factors(Matrix b, Matrix a) {
  public Factors {
    requireNonNull(b, "b");
    requireNonNull(a, "a");
    if (b.columns() != a.rows()) {
      throw refused("ranks", b.columns() + " and " + a.rows(), "the same of both factors");
    }
  }

  /** The rank, r. */
  public int rank() {
    return a.rows();
  }

  /** B·A, as large as the weight. */
  public Matrix product() {
    return b.times(a);
  }

  /**
   * FedIT: means of A and of B, each by itself (Zhang et al., "Towards Building the Federated GPT",
   * ICASSP 2024). The product of means is not the mean of products; {@link #residual} is what it
   * lacks. Exact where all have the same A, as in FFA-LoRA (Sun et al., ICLR 2024), or the same B,
   * as in the other half of RoLoRA's rounds (Chen et al., 2024).
   *
   * @param shares one each, summing to 1
   */
  public static Factors mean(List<Factors> adapters, List<Double> shares) {
    check(adapters, shares);
    Matrix b = adapters.get(0).b.times(shares.get(0));
    Matrix a = adapters.get(0).a.times(shares.get(0));
    for (int i = 1; i < adapters.size(); i++) {
      b = b.plus(adapters.get(i).b.times(shares.get(i)));
      a = a.plus(adapters.get(i).a.times(shares.get(i)));
    }
    return new Factors(b, a);
  }

  /**
   * FLoRA: factors whose product is the mean of all products exactly, whatever the ranks, which add
   * up (Wang et al., "FLoRA: Federated Fine-Tuning Large Language Models with Heterogeneous
   * Low-Rank Adaptations", NeurIPS 2024).
   *
   * @param factors what each product counts with: its share, times its scaling where those differ
   */
  public static Factors stacked(List<Factors> adapters, List<Double> factors) {
    check(adapters, factors);
    List<Matrix> left = new ArrayList<>();
    for (int i = 0; i < adapters.size(); i++) {
      left.add(adapters.get(i).b.times(factors.get(i)));
    }
    return new Factors(
        Matrix.beside(left), Matrix.below(adapters.stream().map(Factors::a).toList()));
  }

  /**
   * FedEx-LoRA: what the mean of products has beyond the product of means, Σ p·(B − B̄)·(A − Ā), to
   * be added, times the scaling, to the frozen weight (Singhal, Ponkshe and Vepakomma, "FedEx-LoRA:
   * Exact Aggregation for Federated and Efficient Fine-Tuning of Foundation Models", ACL 2025). Of
   * rank at most (k − 1)·r for k adapters.
   *
   * @param shares one each, summing to 1
   */
  public static Factors residual(List<Factors> adapters, List<Double> shares) {
    Factors mean = mean(adapters, shares);
    List<Factors> centred =
        adapters.stream()
            .map(one -> new Factors(one.b.minus(mean.b), one.a.minus(mean.a)))
            .toList();
    return stacked(centred, shares);
  }

  private static void check(List<Factors> adapters, List<Double> factors) {
    if (adapters.isEmpty() || adapters.size() != factors.size()) {
      throw refused(
          "adapters", adapters.size() + " and " + factors.size() + " factors", "one each");
    }
  }

  private static FederationException refused(String what, String found, String rule) {
    return FederationException.of(ErrorKind.INVALID_ARGUMENT, what, found, rule, "Mend the call.");
  }
}
