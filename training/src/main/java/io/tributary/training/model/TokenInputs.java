package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Texts as tokens. The arrays belong to the inputs and must not be changed.
 *
 * @param ids of each text, special tokens included
 * @param types of the same shape as {@code ids}, or empty where every token has type 0
 */
@SuppressWarnings("ArrayRecordComponent") // tokens by the million
public record TokenInputs(int[][] ids, int[][] types, int[] labels) implements Inputs {
  public TokenInputs {
    requireNonNull(ids, "ids");
    requireNonNull(types, "types");
    requireNonNull(labels, "labels");
  }

  @Override
  public int size() {
    return ids.length;
  }

  @Override
  public int label(int example) {
    return labels[example];
  }

  @Override
  public int length(int example) {
    return ids[example].length;
  }

  int type(int example, int position) {
    return types.length == 0 ? 0 : types[example][position];
  }

  /** Every token that occurs, in any order, repeated as it occurs. */
  public IntStream tokens() {
    return Arrays.stream(ids).flatMapToInt(Arrays::stream);
  }
}
