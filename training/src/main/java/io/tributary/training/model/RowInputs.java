package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

/**
 * Rows of numbers and categories. The arrays belong to the inputs and must not be changed.
 *
 * @param features numbers of each row, none where a model takes categories alone
 * @param categories of each row, by their positions in the categories of their column; empty where
 *     there are no such columns
 */
@SuppressWarnings("ArrayRecordComponent") // rows by the million
public record RowInputs(float[][] features, int[][] categories, Targets targets) implements Inputs {
  public RowInputs {
    requireNonNull(features, "features");
    requireNonNull(categories, "categories");
    requireNonNull(targets, "targets");
  }

  /** Rows of numbers with one label each. */
  public RowInputs(float[][] features, int[] labels) {
    this(features, new int[0][], new Targets.Labels(labels));
  }

  @Override
  public int length(int example) {
    return 1;
  }
}
