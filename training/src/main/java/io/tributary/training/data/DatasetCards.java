package io.tributary.training.data;

import java.util.List;

/** Makes the card of a dataset by reading it. */
public final class DatasetCards {
  private DatasetCards() {}

  /**
   * Reads the dataset and forgets its examples.
   *
   * @param labels the plan's label set, in the order of the model's outputs
   */
  public static DatasetCard of(DatasetSpec spec, List<String> labels) {
    return Examples.load(spec, labels).card();
  }
}
