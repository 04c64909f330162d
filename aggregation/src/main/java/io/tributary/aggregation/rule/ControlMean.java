package io.tributary.aggregation.rule;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * How the coordinator's controls move: Σ change / N over the nodes that counted, whatever their
 * weights, where N is how many nodes there are. So with |S| of them it is |S|/N times the mean
 * change (SCAFFOLD, Karimireddy et al., ICML 2020, algorithm 1, line 17). Plans cannot name it.
 */
public final class ControlMean implements Rule {
  private final int nodes;

  /**
   * @param nodes N, at least as many as updates
   */
  public ControlMean(int nodes) {
    this.nodes = nodes;
  }

  @Override
  public String name() {
    return "control-mean";
  }

  @Override
  public RuleNeeds needs() {
    return new RuleNeeds(1, RowAccess.ONE_BY_ONE, false);
  }

  @Override
  public List<Scan> scans() {
    return List.of();
  }

  @Override
  public Combine combine(RuleInput input) {
    double[] ones = new double[input.updates()];
    Arrays.fill(ones, 1);
    return (columns, step) -> sum(columns, ones, step);
  }

  private void sum(Columns columns, double[] ones, double[] step) throws IOException {
    Arrays.fill(step, 0, columns.count(), 0);
    columns.addScaled(ones, step);
    for (int i = 0; i < columns.count(); i++) {
      step[i] /= nodes;
    }
  }
}
