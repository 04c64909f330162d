package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Texts as tokens. The arrays belong to the inputs and must not be changed.
 *
 * @param ids of each text, special tokens included
 * @param types of the same shape as {@code ids}, or empty where every token has type 0
 * @param seen of the same shape as {@code ids}: 0 where no token attends to one; or empty where
 *     every token is seen
 */
@SuppressWarnings("ArrayRecordComponent") // tokens by the million
public record TokenInputs(int[][] ids, int[][] types, int[][] seen, Targets targets)
    implements Inputs {
  public TokenInputs {
    requireNonNull(ids, "ids");
    requireNonNull(types, "types");
    requireNonNull(seen, "seen");
    requireNonNull(targets, "targets");
  }

  /** Texts whose tokens are all seen. */
  public TokenInputs(int[][] ids, int[][] types, Targets targets) {
    this(ids, types, new int[0][], targets);
  }

  /** Texts with one label each. */
  public TokenInputs(int[][] ids, int[][] types, int[] labels) {
    this(ids, types, new Targets.Labels(labels));
  }

  @Override
  public int length(int example) {
    return ids[example].length;
  }

  public int type(int example, int position) {
    return types.length == 0 ? 0 : types[example][position];
  }

  public boolean seen(int example, int position) {
    return seen.length == 0 || seen[example][position] != 0;
  }

  /** Every token that occurs, in any order, repeated as it occurs. */
  public IntStream tokens() {
    return Arrays.stream(ids).flatMapToInt(Arrays::stream);
  }
}
