package io.tributary.training.data;

import java.util.List;

/** What a model should answer. Positions are those of the plan's label set. */
public sealed interface Target {
  /** One label. */
  record Label(int position) implements Target {}

  /** Any number of labels, in growing order. */
  record Labels(List<Integer> positions) implements Target {
    public Labels {
      positions = List.copyOf(positions);
    }
  }

  /** A number, finite, in the column's unit. */
  record Value(float number) implements Target {}

  /** A label for each word. */
  record Tags(List<Integer> positions) implements Target {
    public Tags {
      positions = List.copyOf(positions);
    }
  }

  /** None beside the input: the answers stand in the dialogue. */
  record Within() implements Target {}
}
