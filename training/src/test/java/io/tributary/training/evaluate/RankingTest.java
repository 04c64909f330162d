package io.tributary.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RankingTest {
  private static Ranking ranking(int[] truth, double... scores) {
    return Ranking.of(truth.length, i -> truth[i] == 1, i -> scores[i]);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void figures_randomScoresWithTies_areThoseOfTheirDefinition(long seed) {
    var random = new Random(seed);
    int size = 1 + random.nextInt(60);
    int[] truth = random.ints(size, 0, 2).toArray();
    double[] scores = random.ints(size, 0, 9).asDoubleStream().toArray();
    Ranking ranking = ranking(truth, scores);
    assertEquals(pairs(truth, scores), ranking.rocAuc(), 1e-12, "replay: seed=" + seed);
    assertEquals(steps(truth, scores), ranking.averagePrecision(), 1e-12, "replay: seed=" + seed);
  }

  /** Each pair of a positive and a negative by itself. */
  private static double pairs(int[] truth, double[] scores) {
    double won = 0;
    double all = 0;
    for (int i = 0; i < truth.length; i++) {
      for (int k = 0; k < truth.length; k++) {
        if (truth[i] == 1 && truth[k] == 0) {
          all++;
          won += scores[i] > scores[k] ? 1 : scores[i] == scores[k] ? 0.5 : 0;
        }
      }
    }
    return won / all;
  }

  /** Each threshold by itself. */
  private static double steps(int[] truth, double[] scores) {
    double sum = 0;
    double recallBefore = 0;
    double positives = 0;
    for (int label : truth) {
      positives += label;
    }
    for (int threshold = 8; threshold >= 0 && positives > 0; threshold--) {
      double found = 0;
      double hits = 0;
      for (int i = 0; i < truth.length; i++) {
        found += scores[i] >= threshold ? 1 : 0;
        hits += scores[i] >= threshold ? truth[i] : 0;
      }
      if (found > 0) {
        sum += (hits / positives - recallBefore) * hits / found;
        recallBefore = hits / positives;
      }
    }
    return sum;
  }

  @Test
  void figures_oneClassOnly_areAsInScikitLearn() {
    Ranking positives = ranking(new int[] {1, 1}, 0.2, 0.7);
    assertTrue(Double.isNaN(positives.rocAuc()));
    assertEquals(1, positives.averagePrecision());
    Ranking negatives = ranking(new int[] {0, 0}, 0.2, 0.7);
    assertTrue(Double.isNaN(negatives.rocAuc()));
    assertEquals(0, negatives.averagePrecision());
  }

  @Test
  void figures_perfectReversedAndConstantScores_areOneZeroAndOneHalf() {
    int[] truth = {0, 1, 0, 1};
    assertEquals(1, ranking(truth, 0.1, 0.8, 0.2, 0.9).rocAuc());
    assertEquals(1, ranking(truth, 0.1, 0.8, 0.2, 0.9).averagePrecision());
    assertEquals(0, ranking(truth, 0.9, 0.2, 0.8, 0.1).rocAuc());
    assertEquals(0.5, ranking(truth, 3, 3, 3, 3).rocAuc());
    assertEquals(0.5, ranking(truth, 0.0, -0.0, 0.0, -0.0).rocAuc());
  }

  @Test
  void figures_scoreThatIsNoNumber_areNoNumbers() {
    Ranking ranking = ranking(new int[] {0, 1, 1}, 0.1, Double.NaN, 0.9);
    assertTrue(Double.isNaN(ranking.rocAuc()));
    assertTrue(Double.isNaN(ranking.averagePrecision()));
  }
}
