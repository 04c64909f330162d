package io.tributary.training.evaluate;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.plan.Metric;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures of sites' sums are the figures of all their examples in one place. */
final class TallySumsTest {
  private static final int EXAMPLES = 300;

  /** Positions of three sites, of which the last has one label more often than others. */
  private static List<int[]> sites(Random random) {
    List<List<Integer>> sites = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < EXAMPLES; i++) {
      sites.get(i % 7 == 0 ? 2 : random.nextInt(3)).add(i);
    }
    return sites.stream().map(site -> site.stream().mapToInt(Integer::intValue).toArray()).toList();
  }

  private static void addsUp(Predictions all, Random random, String replay) {
    Tally sum =
        sites(random).stream()
            .map(site -> all.sample(site).tally())
            .reduce(Tally::plus)
            .orElseThrow();
    Map<Metric, Double> together = sum.figures();
    Map<Metric, Double> central = all.report().figures();
    Set<Metric> exact = EnumSet.copyOf(central.keySet());
    exact.removeIf(metric -> !metric.addsUp());
    assertEquals(exact, together.keySet(), replay);
    for (Metric metric : exact) {
      assertEquals(
          requireNonNull(central.get(metric)),
          requireNonNull(together.get(metric)),
          1e-12,
          metric + ", " + replay);
    }
    assertTrue(sum.finite(), replay);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void oneLabelOfASet_addsUp(long seed) {
    var random = new Random(seed);
    for (List<String> labels : List.of(List.of("a", "b"), List.of("a", "b", "c", "never"))) {
      int count = labels.size();
      int[] truth = random.ints(EXAMPLES, 0, Math.min(3, count)).toArray();
      float[] scores = new float[EXAMPLES * count];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = (float) random.nextGaussian();
      }
      addsUp(ClassPredictions.ofLogits(labels, truth, scores), random, "replay: seed=" + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void severalLabels_addUp(long seed) {
    var random = new Random(seed);
    boolean[] truth = new boolean[EXAMPLES * 3];
    double[] probabilities = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      truth[i] = random.nextInt(3) == 0;
      probabilities[i] = random.nextDouble();
    }
    addsUp(
        new MultiLabelPredictions(List.of("a", "b", "c"), truth, probabilities),
        random,
        "replay: seed=" + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tags_addUp(long seed) {
    var random = new Random(seed);
    List<TagPredictions.Sequence> sequences =
        IntStream.range(0, EXAMPLES)
            .mapToObj(
                i ->
                    new TagPredictions.Sequence(
                        random.ints(9, 0, 5).toArray(),
                        random.ints(9, 0, 5).toArray(),
                        random.nextDouble()))
            .toList();
    addsUp(
        new TagPredictions(List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC"), sequences),
        random,
        "replay: seed=" + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tokens_addUp(long seed) {
    var random = new Random(seed);
    TokenPredictions tokens = TokenPredictions.ofAtMost(EXAMPLES);
    for (int i = 0; i < EXAMPLES; i++) {
      int counted = 1 + random.nextInt(20);
      tokens.add(counted, random.nextInt(counted + 1), counted * random.nextDouble());
    }
    addsUp(tokens, random, "replay: seed=" + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void numbers_addUp(long seed) {
    var random = new Random(seed);
    double[] truth = random.doubles(EXAMPLES, 0, 9).toArray();
    double[] prediction = random.doubles(EXAMPLES, 0, 9).toArray();
    addsUp(new ValuePredictions(truth, prediction), random, "replay: seed=" + seed);
  }
}
