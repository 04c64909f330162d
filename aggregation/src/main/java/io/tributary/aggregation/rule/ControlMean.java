package io.tributary.aggregation.rule;

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
  public Combine combine(RuleInput input) {
    return Mean.over(input, nodes);
  }
}
