package io.tributary.simulations.behaviour;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.seed.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttackMathTest {
  /** Three updates of two values: means (2, 4), deviations over n sqrt(2/3) and sqrt(8/3). */
  private static final List<float[]> HONEST =
      List.of(new float[] {1, 2}, new float[] {2, 4}, new float[] {3, 6});

  private static final double FIRST = Math.sqrt(2.0 / 3);
  private static final double SECOND = Math.sqrt(8.0 / 3);

  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.975, 1.959963984540054",
    "0.025, -1.959963984540054",
    "0.8413447460685429, 1",
    "0.9986501019683699, 3",
    "1e-10, -6.361340902404056",
    "0.1, -1.2815515655446004"
  })
  void quantile_knownProbabilities_givesTheirValues(double probability, double expected) {
    assertEquals(expected, NormalQuantile.of(probability), 1e-12 * Math.max(1, Math.abs(expected)));
  }

  @Test
  void quantile_outside_isInfiniteOrNothing() {
    assertEquals(Double.POSITIVE_INFINITY, NormalQuantile.of(1));
    assertEquals(Double.NEGATIVE_INFINITY, NormalQuantile.of(0));
    assertTrue(Double.isNaN(NormalQuantile.of(1.5)));
  }

  @Test
  void signFlip_ownUpdate_isTurnedAndScaled() {
    assertArrayEquals(new float[] {-2, 4}, AttackMath.signFlip(new float[] {1, -2}, 2));
  }

  @Test
  void modelReplacement_meanOfAll_isTheAttackersModel() {
    float[] wanted = {0.5f, -1};
    float[] sent = AttackMath.modelReplacement(wanted, 10, 0.5);
    // nine nodes send nothing, the server moves by 0.5 times the mean
    assertEquals(wanted[0], 0.5 * sent[0] / 10, 1e-6);
    assertEquals(wanted[1], 0.5 * sent[1] / 10, 1e-6);
  }

  @ParameterizedTest
  // s = floor(n/2 + 1) - f, but at least 1; z = quantile((n - f - s)/(n - f)), by hand
  @CsvSource({
    "50, 24, 0.9230769230769231",
    "100, 20, 0.6125",
    "11, 5, 0.8333333333333334",
    "100, 50, 0.98",
    "100, 60, 0.975"
  })
  void littleIsEnough_z_isTheQuantileOfTheFormula(int nodes, int attackers, double probability) {
    assertEquals(
        NormalQuantile.of(probability), AttackMath.littleIsEnoughZ(nodes, attackers), 1e-12);
  }

  @Test
  void littleIsEnough_honestUpdates_meanLessZDeviations() {
    double z = AttackMath.littleIsEnoughZ(11, 5);
    assertArrayEquals(
        new float[] {(float) (2 - z * FIRST), (float) (4 - z * SECOND)},
        AttackMath.littleIsEnough(HONEST, 11, 5),
        1e-6f);
  }

  @Test
  void innerProduct_honestUpdates_isAgainstTheirMean() {
    assertArrayEquals(new float[] {-0.2f, -0.4f}, AttackMath.innerProduct(HONEST, 0.1), 1e-6f);
  }

  @Test
  void minMax_honestUpdates_goesAsFarAsTheirLargestDistance() {
    // farthest honest pair: (1,2) and (3,6), distance sqrt(20); from (2,4) along the deviations
    // (unit direction (1,2)/sqrt 5) to the far update it is sqrt 5 + γ sqrt(10/3)
    double expected = (Math.sqrt(20) - Math.sqrt(5)) / Math.sqrt(10.0 / 3);
    assertEquals(expected, AttackMath.minMaxGamma(HONEST), 1e-5);
  }

  @Test
  void minMax_anyUpdates_standsOutNoMoreThanTwoHonestOnes() {
    for (int seed = 0; seed < 50; seed++) {
      RandomGenerator random = new RandomStreams(seed).stream(0, "", "updates");
      List<float[]> honest = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        float[] update = new float[20];
        for (int j = 0; j < update.length; j++) {
          update[j] = (float) (random.nextDouble() * 2 - 1);
        }
        honest.add(update);
      }
      float[] sent = AttackMath.minMax(honest);
      double most = 0;
      double own = 0;
      for (float[] one : honest) {
        own = Math.max(own, distance(sent, one));
        for (float[] other : honest) {
          most = Math.max(most, distance(one, other));
        }
      }
      assertTrue(own <= most * (1 + 1e-6), "replay: seed=" + seed);
      assertTrue(own >= most * (1 - 1e-3), "as far as it may; replay: seed=" + seed);
    }
  }

  @Test
  void gaussian_manyValues_haveTheDeviation() {
    float[] sent =
        AttackMath.gaussian(new float[20_000], 10, new RandomStreams(3).stream(0, "", "attack"));
    double sum = 0;
    double square = 0;
    for (float value : sent) {
      sum += value;
      square += (double) value * value;
    }
    // four and a half standard errors: passed once in 150,000 seeds
    assertEquals(0, sum / sent.length, 4.5 * 10 / Math.sqrt(sent.length));
    assertEquals(100, square / sent.length, 4.5 * 100 * Math.sqrt(2.0 / sent.length));
  }

  private static double distance(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      double off = (double) one[i] - other[i];
      sum += off * off;
    }
    return Math.sqrt(sum);
  }
}
