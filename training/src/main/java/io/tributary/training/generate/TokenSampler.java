package io.tributary.training.generate;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Chooses tokens by their scores, in float64: first the penalty for tokens that the text has, then
 * temperature, then the greatest scores, then the most probable tokens.
 */
final class TokenSampler {
  private final GenerationSettings settings;
  private final RandomGenerator random;
  private final Set<Integer> present = new HashSet<>();

  TokenSampler(GenerationSettings settings, RandomGenerator random) {
    this.settings = settings;
    this.random = random;
  }

  /** Takes note of tokens that the text has. */
  void saw(int... tokens) {
    for (int token : tokens) {
      present.add(token);
    }
  }

  /** The next token; among equal scores the first is the greatest. */
  int choose(float[] scores) {
    double[] own = new double[scores.length];
    for (int i = 0; i < own.length; i++) {
      own[i] = scores[i];
    }
    if (settings.repetitionPenalty() != 1) {
      penalise(own);
    }
    return settings.temperature() == 0 ? greatest(own) : drawn(own);
  }

  private void penalise(double[] scores) {
    for (int token : present) {
      double penalty = settings.repetitionPenalty();
      scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
    }
  }

  private static int greatest(double[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  private int drawn(double[] scores) {
    int[] order = order(scores);
    double[] weights = new double[order.length];
    double total = 0;
    for (int i = 0; i < order.length; i++) {
      weights[i] = Math.exp((scores[order[i]] - scores[order[0]]) / settings.temperature());
      total += weights[i];
    }
    int kept = kept(weights, total);
    double sum = Arrays.stream(weights, 0, kept).sum();
    double left = random.nextDouble() * sum;
    for (int i = 0; i < kept - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return order[i];
      }
    }
    return order[kept - 1];
  }

  /** Tokens by falling score, as many as the settings leave. */
  private int[] order(double[] scores) {
    int most = settings.topK() == 0 ? scores.length : Math.min(settings.topK(), scores.length);
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer token) -> -scores[token]))
        .limit(most)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The fewest of the first that together have the wanted probability; at least one. */
  private int kept(double[] weights, double total) {
    if (settings.topP() >= 1) {
      return weights.length;
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] / total;
      if (sum >= settings.topP()) {
        return i + 1;
      }
    }
    return weights.length;
  }
}
