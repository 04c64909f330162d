package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.plan.TaskKind;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well the next tokens were foretold, by sequence; holds three numbers for each.
 *
 * <p>Perplexity is the exponential of the mean over all counted tokens of all sequences, so that it
 * does not depend on how they were batched.
 */
public final class TokenPredictions implements Predictions {
  /** The label of a token that does not count. */
  public static final int IGNORED = -100;

  private final long[] tokens;
  private final long[] hits;
  private final double[] losses;
  private int size;

  private TokenPredictions(int capacity) {
    tokens = new long[capacity];
    hits = new long[capacity];
    losses = new double[capacity];
  }

  /** Room for so many sequences, to be taken one by one. */
  public static TokenPredictions ofAtMost(int sequences) {
    return new TokenPredictions(sequences);
  }

  /**
   * One sequence by its sums.
   *
   * @param counted tokens that count
   * @param right of them those that got the greatest score
   * @param loss the sum of their negative log likelihoods, in nats
   */
  public void add(long counted, long right, double loss) {
    tokens[size] = counted;
    hits[size] = right;
    losses[size] = loss;
    size++;
  }

  /**
   * One sequence by its scores, each row of which foretells the label one further (shifted by one,
   * as transformers does).
   *
   * @param logits of shape (tokens, vocabulary), row by row
   * @param labels a token id for each position; {@link #IGNORED} does not count
   */
  public void addShifted(float[] logits, int[] labels) {
    int vocabulary = logits.length / labels.length;
    long counted = 0;
    long right = 0;
    double loss = 0;
    for (int at = 1; at < labels.length; at++) {
      if (labels[at] != IGNORED) {
        int row = (at - 1) * vocabulary;
        counted++;
        right += Scores.best(logits, row, vocabulary) == labels[at] ? 1 : 0;
        loss += Scores.loss(logits, row, vocabulary, labels[at]);
      }
    }
    add(counted, right, loss);
  }

  @Override
  public TaskKind kind() {
    return TaskKind.LANGUAGE_MODELLING;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public TokenPredictions sample(int[] positions) {
    var sample = new TokenPredictions(positions.length);
    for (int position : positions) {
      sample.add(tokens[position], hits[position], losses[position]);
    }
    return sample;
  }

  @Override
  public Tally tally() {
    double loss = 0;
    for (int i = 0; i < size; i++) {
      loss += losses[i];
    }
    SortedMap<String, Double> sums = new TreeMap<>();
    sums.put(Tally.LOSS, loss);
    sums.put(Tally.RIGHT, (double) Arrays.stream(hits, 0, size).sum());
    return new Tally(kind(), Arrays.stream(tokens, 0, size).sum(), sums, new TreeMap<>());
  }

  @Override
  public MetricReport report() {
    Tally tally = tally();
    return new MetricReport(
        kind(), tally.examples(), tally.figures(), Interval.of(tally), List.of(), List.of());
  }
}
