package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/**
 * A row of numbers and its label. The array belongs to the example and must not be changed.
 *
 * @param features finite, in the order of the model's inputs
 * @param label position in the plan's label set
 */
@SuppressWarnings("ArrayRecordComponent") // rows by the million: an array costs a fifth of a list
public record TabularExample(float[] features, int label) implements Example {
  private static final int[] NO_CATEGORIES = {};

  public TabularExample {
    requireNonNull(features, "features");
  }

  @Override
  public Input input() {
    return new Input.Row(features, NO_CATEGORIES);
  }

  @Override
  public Target target() {
    return new Target.Label(label);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TabularExample example
        && label == example.label
        && Arrays.equals(features, example.features);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(features) + label;
  }

  /** Never the values: what is printed ends up in logs. */
  @Override
  public String toString() {
    return "TabularExample[" + features.length + " features, label=" + label + "]";
  }
}
