package io.tributary.aggregation.rule;

import io.tributary.aggregation.store.SquareSums;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The scan that gives each update its length: the L2 norm over all its deltas. */
final class Lengths implements Scan {
  @Override
  public RowAccess rows() {
    return RowAccess.ONE_BY_ONE;
  }

  @Override
  public int sums(int updates) {
    return updates;
  }

  @Override
  public void add(Columns granule, RuleInput input, double[] sums) throws IOException {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += SquareSums.granule(granule.row(i), 0, granule.count());
    }
  }

  @Override
  public List<Double> scores(double[] totals, RuleInput input) {
    return Arrays.stream(totals).map(Math::sqrt).boxed().toList();
  }

  /** A limit that a plan gave, or the median of the round's lengths. */
  static double limit(Optional<Double> planned, List<Double> lengths) {
    return planned.orElseGet(
        () ->
            SortedColumns.median(
                lengths.stream().mapToDouble(Double::doubleValue).sorted().toArray()));
  }

  /** The factor that shortens a length to a limit; 1 where it is short enough. */
  static double factor(double limit, double length) {
    return length <= limit ? 1 : limit / length;
  }
}
