package io.tributary.aggregation.rule;

import java.io.IOException;
import java.util.List;

/** The scan whose scores follow from the distances between the updates. */
final class DistanceScan implements Scan {
  /** What becomes of the distances. */
  interface Scores {
    /** One score an update. */
    List<Double> of(Distances distances, RuleInput input);
  }

  private final Scores scores;

  DistanceScan(Scores scores) {
    this.scores = scores;
  }

  @Override
  public RowAccess rows() {
    return RowAccess.ALL;
  }

  @Override
  public int sums(int updates) {
    return Distances.count(updates);
  }

  @Override
  public void add(Columns granule, RuleInput input, double[] sums) throws IOException {
    Distances.add(granule, sums);
  }

  @Override
  public List<Double> scores(double[] totals, RuleInput input) {
    return scores.of(new Distances(input.updates(), totals), input);
  }
}
