package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Texts as tokens.
 *
 * @param source of the tokens: memory, or a file that is read when a batch needs it
 */
public record TokenInputs(Source source, Targets targets) implements Inputs {
  public TokenInputs {
    requireNonNull(source, "source");
    requireNonNull(targets, "targets");
  }

  /** Where tokens come from. Arrays must not be changed. */
  public interface Source {
    /** How many tokens an example has, special tokens included. */
    int length(int example);

    int[] ids(int example);

    /** The type of each token; no elements where every token has type 0. */
    int[] types(int example);

    /** Whether there are tokens that no token attends to. */
    default boolean masked() {
      return false;
    }

    /** Of each token 1, or 0 where no token attends to it; only where some are {@link #masked}. */
    default int[] seen(int example) {
      throw new IllegalStateException("every token is seen");
    }

    /** Every token that occurs, in any order, at least once. */
    IntStream tokens();
  }

  /**
   * Texts in memory. The arrays belong to the inputs and must not be changed.
   *
   * @param ids of each text, special tokens included
   * @param types of the same shape as {@code ids}, or empty where every token has type 0
   * @param seen of the same shape as {@code ids}: 0 where no token attends to one; or empty where
   *     every token is seen
   */
  public TokenInputs(int[][] ids, int[][] types, int[][] seen, Targets targets) {
    this(new Held(ids, types, seen), targets);
  }

  /** Texts in memory whose tokens are all seen. */
  public TokenInputs(int[][] ids, int[][] types, Targets targets) {
    this(ids, types, new int[0][], targets);
  }

  /** Texts in memory with one label each. */
  public TokenInputs(int[][] ids, int[][] types, int[] labels) {
    this(ids, types, new Targets.Labels(labels));
  }

  @Override
  public int length(int example) {
    return source.length(example);
  }

  /** The tokens of one text, which must not be changed. */
  public int[] ids(int example) {
    return source.ids(example);
  }

  public int type(int example, int position) {
    int[] types = source.types(example);
    return types.length == 0 ? 0 : types[position];
  }

  /** Whether there are tokens that no token attends to. */
  public boolean masked() {
    return source.masked();
  }

  public boolean seen(int example, int position) {
    return !source.masked() || source.seen(example)[position] != 0;
  }

  /** Every token that occurs, in any order, at least once. */
  public IntStream tokens() {
    return source.tokens();
  }

  @SuppressWarnings("ArrayRecordComponent") // tokens by the million
  private record Held(int[][] ids, int[][] types, int[][] seen) implements Source {
    private static final int[] NONE = {};

    Held {
      requireNonNull(ids, "ids");
      requireNonNull(types, "types");
      requireNonNull(seen, "seen");
    }

    @Override
    public int length(int example) {
      return ids[example].length;
    }

    @Override
    public int[] ids(int example) {
      return ids[example];
    }

    @Override
    public int[] types(int example) {
      return types.length == 0 ? NONE : types[example];
    }

    @Override
    public boolean masked() {
      return seen.length > 0;
    }

    @Override
    public int[] seen(int example) {
      return seen[example];
    }

    @Override
    public IntStream tokens() {
      return Arrays.stream(ids).flatMapToInt(Arrays::stream);
    }
  }
}
