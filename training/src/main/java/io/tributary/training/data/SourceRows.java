package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * The cleaned examples of one source in memory before they are divided among anybody, each with its
 * place in the source.
 *
 * @param rows for each example its row in the file, or its picture, counted from 0
 * @param values for each example the value of the column that was asked for; empty without one
 */
@SuppressWarnings("ArrayRecordComponent") // rows by the million; never compared
public record SourceRows(ExamplePart examples, int[] rows, List<String> values) {
  public SourceRows {
    requireNonNull(examples, "examples");
    values = List.copyOf(values);
    if (rows.length != examples.size()) {
      throw new IllegalArgumentException(rows.length + " rows of " + examples.size());
    }
  }

  /**
   * Reads a source; refused with INVALID_DATA as {@link Examples#load} refuses.
   *
   * @param labels the plan's label set, or those that occur
   * @param column whose values are wanted too
   */
  public static SourceRows read(
      SourceSpec source, CleaningSpec cleaning, List<String> labels, Optional<String> column) {
    return new ExampleReader(source, labels, new Cleaning(cleaning)).readNumbered(column);
  }

  @Override
  public String toString() {
    return "SourceRows[" + rows.length + "]";
  }
}
