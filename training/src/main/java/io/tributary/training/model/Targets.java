package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import java.nio.FloatBuffer;
import java.util.function.IntFunction;

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

  /**
   * One number for each output of each example: 0 or 1 for labels that each stand for itself.
   *
   * @param all example by example
   * @param width numbers of an example, 1 or more
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Numbers(float[] all, int width) implements Targets {
    public Numbers {
      requireNonNull(all, "all");
    }

    /** The numbers of each example, as many of one as of another. */
    public Numbers(float[][] numbers) {
      this(flat(numbers), numbers.length == 0 ? 1 : numbers[0].length);
    }

    private static float[] flat(float[][] numbers) {
      float[] all = new float[numbers.length == 0 ? 0 : numbers.length * numbers[0].length];
      int at = 0;
      for (float[] one : numbers) {
        System.arraycopy(one, 0, all, at, one.length);
        at += one.length;
      }
      return all;
    }

    /** Puts the numbers of one example. */
    void put(int example, FloatBuffer into) {
      into.put(all, example * width, width);
    }

    @Override
    public int size() {
      return all.length / width;
    }
  }

  /**
   * One label for each token of each example, or {@link #IGNORED}. For language modelling the label
   * of a token is the token itself, and the model is asked for it at the token before.
   *
   * @param source of each example's labels: memory, or a file that is read when a batch needs it
   */
  record TokenLabels(IntFunction<int[]> source, int size) implements Targets {
    public TokenLabels {
      requireNonNull(source, "source");
    }

    /** Labels in memory. */
    public TokenLabels(int[][] labels) {
      this(example -> labels[example], labels.length);
    }

    /** The labels of one example, which must not be changed. */
    public int[] labels(int example) {
      return source.apply(example);
    }
  }
}
