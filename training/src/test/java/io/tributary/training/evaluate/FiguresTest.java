package io.tributary.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.tally.WilsonInterval;
import io.tributary.federation.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void wilson_knownShares_endsOfTheInterval() {
    // Newcombe, Statistics in Medicine 17 (1998), table I: 81/263, 15/148, 0/20, 1/29
    assertInterval(0.2553, 0.3662, WilsonInterval.of(81, 263));
    assertInterval(0.0624, 0.1605, WilsonInterval.of(15, 148));
    assertInterval(0.0000, 0.1611, WilsonInterval.of(0, 20));
    assertInterval(0.0061, 0.1718, WilsonInterval.of(1, 29));
    assertEquals(1, WilsonInterval.of(20, 20).high());
    assertEquals(new WilsonInterval(0, 1), WilsonInterval.of(0, 0));
  }

  private static void assertInterval(double low, double high, WilsonInterval interval) {
    assertEquals(low, interval.low(), 5e-5);
    assertEquals(high, interval.high(), 5e-5);
  }

  @Test
  void confusionMatrix_labelThatNeverOccurs_countsAsZeroInTheMean() {
    var matrix = new ConfusionMatrix(3);
    matrix.add(0, 0);
    matrix.add(0, 1);
    matrix.add(1, 1);
    assertEquals(2.0 / 3, matrix.accuracy(), 1e-15);
    assertEquals(2.0 / 3, matrix.f1(0), 1e-15);
    assertEquals(2.0 / 3, matrix.f1(1), 1e-15);
    assertEquals(0, matrix.f1(2));
    assertEquals(4.0 / 9, matrix.macroF1(), 1e-15);
    assertEquals(
        new ClassReport("b", 0.5, 1, 2.0 / 3, 1), matrix.classes(List.of("a", "b", "c")).get(1));
    assertEquals(1, matrix.count(0, 1));
  }

  @Test
  void scores_largeValues_neitherOverflowNorLoseTheLoss() {
    float[] scores = {9, 1000, -1000, 1000};
    assertEquals(1, Scores.best(scores, 0, 4));
    assertEquals(2000 + Math.log(2), Scores.loss(scores, 1, 3, 1), 1e-9);
    assertEquals(Math.log(2), Scores.loss(scores, 1, 3, 2), 1e-12);
    assertArrayEquals(new double[] {0.5, 0, 0.5}, Scores.softmax(scores, 1, 3), 1e-12);
  }

  @Test
  void report_throughJson_comesBackEqual() {
    var report =
        new EvaluationReport(
            3, 0.25, 0.5, 0.1, 0.9, 0.4, List.of(new ClassReport("a", 1, 0.5, 2.0 / 3, 2)));
    assertEquals(report, EvaluationReport.parse(JsonReader.read(report.toJson().canonical())));
  }
}
