package io.tributary.training.model;

import io.tributary.federation.Digest;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The rows of a token table that are held: those of the tokens that occur. Rows of other tokens
 * have no gradient, so that training is the same without them, and much faster: a site's texts use
 * a part of the vocabulary.
 */
public final class TokenRows {
  private final int[] tokens;

  private TokenRows(int[] tokens) {
    this.tokens = tokens;
  }

  /** Rows for these tokens, in ascending order, each once. */
  public static TokenRows of(IntStream tokens) {
    return new TokenRows(tokens.sorted().distinct().toArray());
  }

  /** Rows for every token of a vocabulary. */
  public static TokenRows all(int tokens) {
    return new TokenRows(IntStream.range(0, tokens).toArray());
  }

  /** No rows: for a model without tokens. */
  public static TokenRows none() {
    return new TokenRows(new int[0]);
  }

  public int count() {
    return tokens.length;
  }

  /** The token of a row. */
  public int token(int row) {
    return tokens[row];
  }

  /** Names the tokens that have rows. */
  public Digest digest() {
    return Digest.ofUtf8(Arrays.toString(tokens));
  }

  /** The row of a token that is held, negative for one that is not. */
  public int row(int token) {
    return Arrays.binarySearch(tokens, token);
  }
}
