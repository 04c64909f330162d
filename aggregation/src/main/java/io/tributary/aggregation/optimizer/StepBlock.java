package io.tributary.aggregation.optimizer;

/**
 * What an optimizer sees of a block of columns. State tensors that outlive a round would be further
 * arrays of this class, read and written beside the step.
 */
public final class StepBlock {
  private final double[] step;
  private final int count;

  /** A block over the first {@code count} elements of the array, which is not copied. */
  public StepBlock(double[] step, int count) {
    this.step = step;
    this.count = count;
  }

  /** The step; to be changed in place. */
  public double[] step() {
    return step;
  }

  /** How many elements of the step belong to the block. */
  public int count() {
    return count;
  }
}
