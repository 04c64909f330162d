package io.tributary.aggregation.tally;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums add up, figures follow, and what is not known stays unknown. */
final class TallyTest {
  private static Tally tally(long examples, Map<String, Double> sums, LabelCounts... labels) {
    return new Tally(
        TaskKind.CLASSIFICATION,
        examples,
        new TreeMap<>(sums),
        new TreeMap<>(Map.of(Tally.LABELS, List.of(labels))));
  }

  /** Two labels: 3 of a, 1 of b; one a was given b. */
  private static Tally small() {
    return tally(
        4,
        Map.of(Tally.LOSS, 2.0, Tally.RIGHT, 3.0, Tally.LOG_LOSS, 2.0, Tally.BRIER, 1.0),
        new LabelCounts(2, 2, 3),
        new LabelCounts(1, 2, 1));
  }

  @Test
  void figures_ofTwoLabels_areThoseByHand() {
    Map<Metric, Double> figures = small().figures();
    assertEquals(0.5, requireNonNull(figures.get(Metric.LOSS)));
    assertEquals(0.75, requireNonNull(figures.get(Metric.ACCURACY)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.LOG_LOSS)));
    assertEquals(0.25, requireNonNull(figures.get(Metric.BRIER)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.PRECISION)));
    assertEquals(1.0, requireNonNull(figures.get(Metric.RECALL)));
    assertEquals(2.0 / 3, requireNonNull(figures.get(Metric.F1)));
    assertEquals((0.8 + 2.0 / 3) / 2, requireNonNull(figures.get(Metric.MACRO_F1)), 1e-15);
    assertEquals(0.75, requireNonNull(figures.get(Metric.MACRO_PRECISION)));
    assertEquals((2.0 / 3 + 1) / 2, requireNonNull(figures.get(Metric.MACRO_RECALL)), 1e-15);
    assertEquals(0.75, requireNonNull(figures.get(Metric.MICRO_F1)));
    assertEquals((3 * 0.8 + 2.0 / 3) / 4, requireNonNull(figures.get(Metric.WEIGHTED_F1)), 1e-15);
    assertEquals((3 * 1 + 0.5) / 4, requireNonNull(figures.get(Metric.WEIGHTED_PRECISION)), 1e-15);
    assertEquals(0.75, requireNonNull(figures.get(Metric.WEIGHTED_RECALL)), 1e-15);
    // (2·1 - 1·0) / sqrt(2·3·2·1) of the two by two table
    assertEquals(2 / Math.sqrt(12), requireNonNull(figures.get(Metric.MCC)), 1e-15);
    assertTrue(Double.isNaN(requireNonNull(figures.get(Metric.CALIBRATION_ERROR))));
    assertEquals(WilsonInterval.of(3, 4), small().interval().orElseThrow());
  }

  @Test
  void calibration_isTheDistancesOfTheBins() {
    Tally tally =
        tally(
            10,
            Map.of(
                Tally.BIN_HITS + "00", 1.0,
                Tally.BIN_CONFIDENCE + "00", 0.5,
                Tally.BIN_HITS + "14", 6.0,
                Tally.BIN_CONFIDENCE + "14", 7.5));
    assertEquals(0.2, requireNonNull(tally.figures().get(Metric.CALIBRATION_ERROR)), 1e-15);
  }

  @Test
  void threeLabels_haveNoFiguresOfTheSecond() {
    Tally tally = tally(1, Map.of(), LabelCounts.NONE, LabelCounts.NONE, new LabelCounts(1, 1, 1));
    assertFalse(tally.figures().containsKey(Metric.F1));
    assertEquals(1.0 / 3, requireNonNull(tally.figures().get(Metric.MACRO_F1)), 1e-15);
  }

  @Test
  void plus_addsWhatBothKnow() {
    Tally other =
        tally(
            6,
            Map.of(Tally.LOSS, 1.0, Tally.RIGHT, 6.0, "own", 3.0),
            new LabelCounts(5, 5, 5),
            new LabelCounts(1, 1, 1));
    Tally sum = small().plus(other);
    assertEquals(10, sum.examples());
    assertEquals(new TreeMap<>(Map.of(Tally.LOSS, 3.0, Tally.RIGHT, 9.0)), sum.sums());
    assertEquals(
        List.of(new LabelCounts(7, 7, 8), new LabelCounts(2, 3, 2)),
        requireNonNull(sum.counts().get(Tally.LABELS)));
    assertEquals(sum, other.plus(small()));
    assertTrue(small().plus(other.withoutCounts()).counts().isEmpty());
    assertFalse(small().plus(other.withoutCounts()).figures().containsKey(Metric.MACRO_F1));
    assertEquals(
        0.9, requireNonNull(small().plus(other.withoutCounts()).figures().get(Metric.ACCURACY)));
  }

  @Test
  void plus_ofOtherTasksOrLabels_isADefect() {
    Tally language = new Tally(TaskKind.LANGUAGE_MODELLING, 1, new TreeMap<>(), new TreeMap<>());
    assertThrows(IllegalArgumentException.class, () -> small().plus(language));
    Tally one = tally(1, Map.of(), LabelCounts.NONE);
    assertThrows(IllegalArgumentException.class, () -> small().plus(one));
  }

  @Test
  void sumThatLeftTheNumbers_isNotKnown() {
    Tally tally = tally(4, Map.of(Tally.LOSS, Double.NaN, Tally.RIGHT, 1.0));
    assertEquals(new TreeMap<>(Map.of(Tally.RIGHT, 1.0)), tally.sums());
    assertFalse(tally.finite());
    assertTrue(Double.isNaN(requireNonNull(tally.figures().get(Metric.LOSS))));
    assertTrue(small().finite());
    var much = tally(4, Map.of(Tally.LOSS, Double.MAX_VALUE));
    assertTrue(much.finite());
    assertFalse(much.plus(much).finite(), "the sum left the numbers");
    var none =
        new Tally(TaskKind.MULTI_LABEL, 4, new TreeMap<>(Map.of(Tally.LOSS, 1.0)), new TreeMap<>());
    assertFalse(none.finite(), "of no decisions there is no mean");
  }

  @Test
  void multiLabel_figures_areThoseByHand() {
    // two examples of two labels: one all right, one with one wrong decision
    var tally =
        new Tally(
            TaskKind.MULTI_LABEL,
            2,
            new TreeMap<>(
                Map.of(
                    Tally.LOSS, 1.0,
                    Tally.DECISIONS, 4.0,
                    Tally.RIGHT, 1.0,
                    Tally.WRONG, 1.0,
                    Tally.SAMPLES_F1, 1.5)),
            new TreeMap<>(
                Map.of(Tally.LABELS, List.of(new LabelCounts(2, 2, 2), new LabelCounts(0, 1, 0)))));
    Map<Metric, Double> figures = tally.figures();
    assertEquals(0.25, requireNonNull(figures.get(Metric.LOSS)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.SUBSET_ACCURACY)));
    assertEquals(0.25, requireNonNull(figures.get(Metric.HAMMING_LOSS)));
    assertEquals(0.75, requireNonNull(figures.get(Metric.SAMPLES_F1)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.MACRO_F1)));
    assertEquals(2.0 / 3, requireNonNull(figures.get(Metric.MICRO_PRECISION)), 1e-15);
    assertEquals(1.0, requireNonNull(figures.get(Metric.MICRO_RECALL)));
    assertEquals(0.8, requireNonNull(figures.get(Metric.MICRO_F1)), 1e-15);
  }

  @Test
  void entities_meansAreOverTypesThatOccur() {
    var tally =
        new Tally(
            TaskKind.TOKEN_CLASSIFICATION,
            10,
            new TreeMap<>(Map.of(Tally.LOSS, 5.0, Tally.RIGHT, 8.0)),
            new TreeMap<>(
                Map.of(
                    Tally.LABELS, List.of(new LabelCounts(8, 10, 8), new LabelCounts(0, 0, 2)),
                    Tally.ENTITIES, List.of(new LabelCounts(1, 2, 2), LabelCounts.NONE),
                    Tally.STRICT_ENTITIES, List.of(new LabelCounts(1, 1, 2), LabelCounts.NONE))));
    Map<Metric, Double> figures = tally.figures();
    assertEquals(0.5, requireNonNull(figures.get(Metric.LOSS)));
    assertEquals(0.8, requireNonNull(figures.get(Metric.ACCURACY)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.ENTITY_F1)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.ENTITY_PRECISION)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.ENTITY_RECALL)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.ENTITY_MACRO_F1)));
    assertEquals(2.0 / 3, requireNonNull(figures.get(Metric.ENTITY_STRICT_F1)), 1e-15);
    assertEquals(0, requireNonNull(figures.get(Metric.MCC)));
  }

  @Test
  void language_perplexityIsOfAllTokens() {
    var tally =
        new Tally(
            TaskKind.LANGUAGE_MODELLING,
            8,
            new TreeMap<>(Map.of(Tally.LOSS, 8 * Math.log(5), Tally.RIGHT, 2.0)),
            new TreeMap<>());
    assertEquals(5, requireNonNull(tally.figures().get(Metric.PERPLEXITY)), 1e-12);
    assertEquals(0.25, requireNonNull(tally.figures().get(Metric.ACCURACY)));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void moments_ofParts_addUpToThoseOfAll_farFromZero(long seed) {
    var random = new Random(seed);
    int count = 200;
    double[] truth = random.doubles(count, 1e6, 1e6 + 3).toArray();
    double[] prediction = random.doubles(count, 1e6, 1e6 + 3).toArray();
    Moments sum = Moments.NONE;
    for (int from = 0; from < count; ) {
      int to = Math.min(count, from + random.nextInt(60));
      sum = sum.plus(of(truth, prediction, from, to));
      from = to;
    }
    Moments all = of(truth, prediction, 0, count);
    assertEquals(count, sum.examples());
    String replay = "replay: seed=" + seed;
    assertEquals(all.r2(), sum.r2(), 1e-9, replay);
    assertEquals(all.pearson(), sum.pearson(), 1e-9, replay);
    assertEquals(all.rmse(), sum.rmse(), 1e-12, replay);
    assertEquals(all.mae(), sum.mae(), 1e-12, replay);
    assertEquals(all.meanTruth(), sum.meanTruth(), 1e-8, replay);
    assertEquals(all.meanPrediction(), sum.meanPrediction(), 1e-8, replay);
  }

  /** In two passes. */
  private static Moments of(double[] truth, double[] prediction, int from, int to) {
    if (from == to) {
      return Moments.NONE;
    }
    double n = to - from;
    double t = 0;
    double p = 0;
    double absolute = 0;
    double squared = 0;
    for (int i = from; i < to; i++) {
      t += truth[i] / n;
      p += prediction[i] / n;
      absolute += Math.abs(truth[i] - prediction[i]);
      squared += (truth[i] - prediction[i]) * (truth[i] - prediction[i]);
    }
    double tt = 0;
    double pp = 0;
    double tp = 0;
    for (int i = from; i < to; i++) {
      tt += (truth[i] - t) * (truth[i] - t);
      pp += (prediction[i] - p) * (prediction[i] - p);
      tp += (truth[i] - t) * (prediction[i] - p);
    }
    return new Moments(to - from, absolute, squared, t, p, tt, pp, tp);
  }

  @Test
  void regression_figures_areThoseByHand() {
    // targets 1 and 3, predictions 1 and 2
    var moments = new Moments(2, 1, 1, 2, 1.5, 2, 0.5, 1);
    Map<Metric, Double> figures = regression(moments).figures();
    assertEquals(0.5, requireNonNull(figures.get(Metric.LOSS)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.MAE)));
    assertEquals(Math.sqrt(0.5), requireNonNull(figures.get(Metric.RMSE)));
    assertEquals(0.5, requireNonNull(figures.get(Metric.R2)));
    assertEquals(1, requireNonNull(figures.get(Metric.PEARSON)), 1e-15);
    assertTrue(regression(moments).finite());
    Tally lost = regression(new Moments(2, Double.NaN, 1, 2, 1.5, 2, 0.5, 1));
    assertFalse(lost.finite());
    assertTrue(Double.isNaN(requireNonNull(lost.figures().get(Metric.RMSE))));
  }

  private static Tally regression(Moments moments) {
    return new Tally(
        TaskKind.REGRESSION,
        moments.examples(),
        new TreeMap<>(),
        new TreeMap<>(),
        Optional.of(moments));
  }

  @Test
  void json_isReadBackAsItWas() {
    Tally moments = regression(new Moments(2, 1, 1, 2, 1.5, 2, 0.5, 1));
    for (Tally tally : List.of(small(), small().withoutCounts(), moments)) {
      String json = TallyCodec.write(tally).canonical();
      assertEquals(tally, TallyCodec.read(JsonReader.read(json)), json);
    }
    assertEquals(
        "{\"counts\":{\"labels\":[2,2,3,1,2,1]},\"examples\":4,\"kind\":\"classification\","
            + "\"sums\":{\"brier\":1,\"log-loss\":2,\"loss\":2,\"right\":3}}",
        TallyCodec.write(small()).canonical());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"counts\":{},\"examples\":4,\"kind\":\"luck\",\"sums\":{}}",
        "{\"counts\":{},\"examples\":4.5,\"kind\":\"regression\",\"sums\":{}}",
        "{\"counts\":{},\"kind\":\"regression\",\"sums\":{}}",
        "{\"counts\":{\"labels\":[1,2]},\"examples\":4,\"kind\":\"regression\",\"sums\":{}}",
        "{\"counts\":{\"labels\":7},\"examples\":4,\"kind\":\"regression\",\"sums\":{}}",
        "{\"counts\":{},\"examples\":4,\"kind\":\"regression\",\"sums\":{\"loss\":\"x\"}}",
        "{\"counts\":{},\"examples\":4,\"kind\":\"regression\",\"sums\":{},\"moments\":[1]}",
        "{\"counts\":[],\"examples\":\"4\",\"kind\":\"regression\",\"sums\":{}}"
      })
  void json_ofAnotherForm_isCorrupt(String json) {
    assertThrows(FederationException.class, () -> TallyCodec.read(JsonReader.read(json)));
  }

  @Test
  void check_takesWhatExamplesCanHave() {
    assertEquals(Optional.empty(), TallyCheck.refusal(small(), TaskKind.CLASSIFICATION, 2, 4));
    assertEquals(
        Optional.empty(),
        TallyCheck.refusal(small().withoutCounts(), TaskKind.CLASSIFICATION, 2, 4));
  }

  private static void refused(String word, Tally tally, long declared) {
    String refusal =
        TallyCheck.refusal(tally, TaskKind.CLASSIFICATION, 2, declared).orElse("taken");
    assertTrue(refusal.contains(word), refusal);
  }

  @Test
  void check_refusesWhatNoExamplesHave() {
    refused("regression", regression(Moments.NONE), 4);
    refused("1 or more", tally(0, Map.of()), 4);
    refused("at most the 3 that its card declares", small(), 3);
    refused("loss: -1.0", tally(4, Map.of(Tally.LOSS, -1.0)), 4);
    refused("at most 4", tally(4, Map.of(Tally.RIGHT, 5.0)), 4);
    refused("3 entries", tally(4, Map.of(), LabelCounts.NONE, LabelCounts.NONE, small(4)), 4);
    refused("hits", tally(4, Map.of(), new LabelCounts(2, 1, 3), new LabelCounts(1, 3, 1)), 4);
    refused("hits", tally(4, Map.of(), new LabelCounts(-1, 3, 3), new LabelCounts(1, 1, 1)), 4);
    refused("1 or more", tally((1L << 40) + 1, Map.of()), Long.MAX_VALUE);
    refused("hits", tally(4, Map.of(), small(5), LabelCounts.NONE), 4);
    refused("one label each", tally(4, Map.of(), small(3), LabelCounts.NONE), 4);
    refused("one label each", tally(4, Map.of(), new LabelCounts(1, 3, 4), LabelCounts.NONE), 4);
    assertTrue(
        TallyCheck.refusal(
                regression(new Moments(2, -1, 1, 2, 1.5, 2, 0.5, 1)), TaskKind.REGRESSION, 0, 4)
            .orElse("taken")
            .contains("moments"));
  }

  private static LabelCounts small(long all) {
    return new LabelCounts(all, all, all);
  }

  @Test
  void check_ofTokens_whoseNumberNoCardDeclares() {
    var tokens =
        new Tally(
            TaskKind.LANGUAGE_MODELLING,
            900,
            new TreeMap<>(Map.of(Tally.LOSS, 1.0)),
            new TreeMap<>());
    assertEquals(Optional.empty(), TallyCheck.refusal(tokens, TaskKind.LANGUAGE_MODELLING, 0, 4));
  }
}
