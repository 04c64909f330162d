package io.tributary.training.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.seed.RandomStreams;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private static final float[] SCORES = {1, 3, 2, -1};
  private static final int DRAWS = 20_000;

  private static TokenSampler sampler(
      double temperature, int topK, double topP, double repetitionPenalty) {
    var settings = new GenerationSettings(1, temperature, topK, topP, repetitionPenalty, 0);
    return new TokenSampler(settings, new RandomStreams(1).stream(0, "", "test"));
  }

  private static double[] shares(TokenSampler sampler) {
    double[] shares = new double[SCORES.length];
    for (int i = 0; i < DRAWS; i++) {
      shares[sampler.choose(SCORES)] += 1.0 / DRAWS;
    }
    return shares;
  }

  @Test
  void choose_temperatureZero_greatestAndFirstOfEquals() {
    assertEquals(1, sampler(0, 0, 1, 1).choose(SCORES));
    assertEquals(0, sampler(0, 0, 1, 1).choose(new float[] {2, 2, 1}));
  }

  /** Tolerance: 5 standard deviations of a share, false rejection odds below 10^-5. */
  @Test
  @Tag("statistical")
  void choose_temperature_drawsBySoftmax() {
    double[] shares = shares(sampler(2, 0, 1, 1));
    double total = 0;
    for (float score : SCORES) {
      total += Math.exp(score / 2);
    }
    for (int i = 0; i < SCORES.length; i++) {
      assertEquals(Math.exp(SCORES[i] / 2) / total, shares[i], 5 * 0.5 / Math.sqrt(DRAWS));
    }
  }

  @Test
  void choose_topK_neverOthers() {
    double[] shares = shares(sampler(5, 2, 1, 1));
    assertEquals(0, shares[0] + shares[3]);
    assertTrue(shares[1] > 0 && shares[2] > 0);
  }

  /** Probabilities are 0.090, 0.665, 0.245 and 0.012 of 1.012. */
  @Test
  void choose_topP_fewestThatReachIt() {
    assertEquals(1, shares(sampler(1, 0, 0.6, 1))[1], 1e-9);
    double[] two = shares(sampler(1, 0, 0.8, 1));
    assertTrue(two[1] > 0 && two[2] > 0);
    assertEquals(0, two[0] + two[3]);
    assertTrue(shares(sampler(1, 0, 0.95, 1))[0] > 0);
  }

  @Test
  void choose_repetitionPenalty_dividesPositiveAndMultipliesNegative() {
    TokenSampler seen = sampler(0, 0, 1, 2);
    seen.saw(1);
    assertEquals(2, seen.choose(SCORES));
    TokenSampler negative = sampler(0, 0, 1, 10);
    negative.saw(0);
    assertEquals(1, negative.choose(new float[] {-1, -2, -30}));
  }
}
