package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

/** Rows of numbers. The arrays belong to the inputs and must not be changed. */
@SuppressWarnings("ArrayRecordComponent") // rows by the million
public record RowInputs(float[][] features, int[] labels) implements Inputs {
  public RowInputs {
    requireNonNull(features, "features");
    requireNonNull(labels, "labels");
  }

  @Override
  public int size() {
    return features.length;
  }

  @Override
  public int label(int example) {
    return labels[example];
  }

  @Override
  public int length(int example) {
    return 1;
  }
}
