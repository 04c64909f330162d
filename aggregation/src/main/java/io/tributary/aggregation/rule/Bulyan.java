package io.tributary.aggregation.rule;

import io.tributary.federation.plan.RuleName;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Bulyan over Krum (El Mhamdi, Guerraoui and Rouault, "The Hidden Vulnerability of Distributed
 * Learning in Byzantium", ICML 2018, section 4): θ = n − 2f updates are chosen by Krum, one after
 * the other among those that are left; of each value the mean of the θ − 2f nearest to the median
 * of the chosen is taken. Weights of nodes have no part in it.
 */
public final class Bulyan implements Rule {
  private final int byzantine;

  /**
   * @param byzantine f, how many nodes may send whatever they want, at least 0
   */
  public Bulyan(int byzantine) {
    this.byzantine = byzantine;
  }

  @Override
  public String name() {
    return RuleName.BULYAN.token();
  }

  /** n ≥ 4f + 3: the paper's section 4. */
  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(4 * byzantine + 3, RowAccess.ALL, true);
  }

  @Override
  public List<Scan> scans() {
    return List.of(
        new DistanceScan(
            (distances, input) -> {
              int n = input.updates();
              return Neighbours.marks(
                  Neighbours.oneByOne(distances, byzantine, n - 2 * byzantine), n);
            }));
  }

  @Override
  public Combine combine(RuleInput input) {
    int[] chosen = IntStream.range(0, input.updates()).filter(i -> input.score(0, i) > 0).toArray();
    int kept = chosen.length - 2 * byzantine;
    return new SortedColumns(chosen, ascending -> middle(ascending, kept));
  }

  @Override
  public List<Double> weights(RuleInput input) {
    return input.scores(0);
  }

  /** The mean of the values nearest to the median; of two equally near the smaller is nearer. */
  private static double middle(double[] ascending, int kept) {
    double median = SortedColumns.median(ascending);
    int from = 0;
    while (from + kept < ascending.length
        && ascending[from + kept] - median < median - ascending[from]) {
      from++;
    }
    return SortedColumns.mean(ascending, from, from + kept);
  }
}
