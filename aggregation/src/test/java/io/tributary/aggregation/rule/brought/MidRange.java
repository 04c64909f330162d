package io.tributary.aggregation.rule.brought;

import io.tributary.aggregation.rule.Columns;
import io.tributary.aggregation.rule.Combine;
import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.RuleInput;
import io.tributary.aggregation.rule.RuleNeeds;
import io.tributary.aggregation.rule.Scan;
import java.io.IOException;
import java.util.List;

/** A point between the smallest and the largest of each value. */
public final class MidRange implements Rule {
  private final double share;

  /**
   * @param share 0: the smallest; 1: the largest
   */
  MidRange(double share) {
    this.share = share;
  }

  public double share() {
    return share;
  }

  @Override
  public String name() {
    return MidRangeProvider.NAME;
  }

  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(2, RowAccess.ALL, true);
  }

  @Override
  public List<Scan> scans() {
    return List.of();
  }

  @Override
  public Combine combine(RuleInput input) {
    return this::between;
  }

  private void between(Columns columns, double[] step) throws IOException {
    for (int i = 0; i < columns.count(); i++) {
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < columns.updates(); k++) {
        double value = columns.row(k)[i];
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
      step[i] = least + share * (most - least);
    }
  }
}
