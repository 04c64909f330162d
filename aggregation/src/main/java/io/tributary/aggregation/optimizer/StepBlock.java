package io.tributary.aggregation.optimizer;

/** What an optimizer sees of a block of columns. */
public final class StepBlock {
  private final double[] step;
  private final double[][] state;
  private final int count;

  /**
   * A block over the first {@code count} elements of the arrays, which are not copied.
   *
   * @param state one array for each state of the optimizer
   */
  public StepBlock(double[] step, double[][] state, int count) {
    this.step = step;
    this.state = state;
    this.count = count;
  }

  /** The step; to be changed in place. */
  public double[] step() {
    return step;
  }

  /** What the optimizer remembers under this number; to be changed in place. */
  public double[] state(int number) {
    return state[number];
  }

  /** How many elements of the arrays belong to the block. */
  public int count() {
    return count;
  }
}
