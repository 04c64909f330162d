package io.tributary.aggregation.rule;

import io.tributary.aggregation.store.SquareSums;
import io.tributary.federation.plan.RuleName;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * FLTrust (Cao, Fang, Liu and Gong, "FLTrust: Byzantine-robust Federated Learning via Trust
 * Bootstrapping", NDSS 2021, section IV): the coordinator trains on a small clean set of its own,
 * the root set; each update counts by the cosine of its angle to that root update g₀, if it is
 * above 0, and is brought to its length: Σ TS·(‖g₀‖/‖x‖)·x / Σ TS. Where nobody is trusted nothing
 * moves. Weights of nodes have no part in it.
 */
public final class FlTrust implements Rule {
  @Override
  public String name() {
    return RuleName.FLTRUST.token();
  }

  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(1, RowAccess.ONE_BY_ONE, true, true);
  }

  @Override
  public List<Scan> scans() {
    return List.of(new Trust());
  }

  @Override
  public Combine combine(RuleInput input) {
    double total = 0;
    for (double trust : weights(input)) {
      total += trust;
    }
    double all = total;
    return WeightedSum.by(
        IntStream.range(0, input.updates())
            .mapToObj(i -> all == 0 ? 0 : input.score(0, i) / all * stretch(input, i))
            .toList());
  }

  @Override
  public List<Double> weights(RuleInput input) {
    return input.scores(0).subList(0, input.updates());
  }

  private static double stretch(RuleInput input, int update) {
    return input.score(0, input.updates() + update);
  }

  /** Trust scores, and behind them ‖g₀‖/‖x‖ of each update. */
  private static final class Trust implements Scan {
    @Override
    public RowAccess rows() {
      return RowAccess.ONE_BY_ONE;
    }

    /** Products with the root update, squares, and the root update's own square. */
    @Override
    public int sums(int updates) {
      return 2 * updates + 1;
    }

    @Override
    public void add(Columns granule, RuleInput input, double[] sums) throws IOException {
      int n = input.updates();
      double[] root = granule.root();
      for (int i = 0; i < n; i++) {
        double[] row = granule.row(i);
        sums[i] += SquareSums.product(row, root, granule.count());
        sums[n + i] += SquareSums.granule(row, 0, granule.count());
      }
      sums[2 * n] += SquareSums.granule(root, 0, granule.count());
    }

    @Override
    public List<Double> scores(double[] totals, RuleInput input) {
      int n = input.updates();
      double root = Math.sqrt(totals[2 * n]);
      return IntStream.range(0, 2 * n)
          .mapToObj(i -> i < n ? trust(totals[i], totals[n + i], root) : over(root, totals[i]))
          .toList();
    }

    private static double trust(double product, double square, double root) {
      return square == 0 || root == 0 ? 0 : Math.max(0, product / (Math.sqrt(square) * root));
    }

    private static double over(double root, double square) {
      return square == 0 ? 0 : root / Math.sqrt(square);
    }
  }
}
