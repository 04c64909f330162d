package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.training.data.Input;
import java.util.function.IntFunction;

/**
 * Rows of numbers and categories, in memory or in a file that is read when a batch needs it.
 *
 * @param row of an example: its numbers, none where a model takes categories alone; and its
 *     categories, by their positions in the categories of their column. Must not be changed
 * @param hasCategories whether rows have columns of categories
 */
public record RowInputs(IntFunction<Input.Row> row, boolean hasCategories, Targets targets)
    implements Inputs {
  private static final int[] NONE = {};

  public RowInputs {
    requireNonNull(row, "row");
    requireNonNull(targets, "targets");
  }

  /**
   * Rows in memory.
   *
   * @param categories of each row; empty where there are no such columns
   */
  public RowInputs(float[][] features, int[][] categories, Targets targets) {
    this(
        example ->
            new Input.Row(features[example], categories.length == 0 ? NONE : categories[example]),
        categories.length > 0,
        targets);
  }

  /** Rows of numbers in memory with one label each. */
  public RowInputs(float[][] features, int[] labels) {
    this(features, new int[0][], new Targets.Labels(labels));
  }

  @Override
  public int length(int example) {
    return 1;
  }
}
