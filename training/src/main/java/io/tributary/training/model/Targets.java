package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

/** What a model should have answered for each example. Arrays must not be changed. */
public sealed interface Targets {
  /** The label of a token that does not count, as transformers has it. */
  int IGNORED = -100;

  int size();

  /** Whether there is an answer for each token. */
  default boolean perToken() {
    return this instanceof TokenLabels;
  }

  /** One label of a set for each example, by its position. */
  @SuppressWarnings("ArrayRecordComponent") // examples by the million
  record Labels(int[] labels) implements Targets {
    public Labels {
      requireNonNull(labels, "labels");
    }

    @Override
    public int size() {
      return labels.length;
    }
  }

  /** One number for each output of each example: 0 or 1 for labels that each stand for itself. */
  @SuppressWarnings("ArrayRecordComponent")
  record Numbers(float[][] numbers) implements Targets {
    public Numbers {
      requireNonNull(numbers, "numbers");
    }

    @Override
    public int size() {
      return numbers.length;
    }
  }

  /**
   * One label for each token of each example, or {@link #IGNORED}. For language modelling the label
   * of a token is the token itself, and the model is asked for it at the token before.
   */
  @SuppressWarnings("ArrayRecordComponent")
  record TokenLabels(int[][] labels) implements Targets {
    public TokenLabels {
      requireNonNull(labels, "labels");
    }

    @Override
    public int size() {
      return labels.length;
    }
  }
}
