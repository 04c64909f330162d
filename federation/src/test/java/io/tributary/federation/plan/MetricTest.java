package io.tributary.federation.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricTest {
  @Test
  void of_wordsOfAPlan_areKnown() {
    for (TaskKind kind : TaskKind.values()) {
      Metric.of(kind).forEach(metric -> assertEquals(metric, Metric.of(metric.token(), kind)));
      assertFalse(Metric.of(kind).isEmpty());
    }
  }

  @Test
  void of_unknownWordOrAnotherTask_isRefusedWithTheNearest() {
    var refusal =
        assertThrows(FederationException.class, () -> Metric.of("roc-acu", TaskKind.MULTI_LABEL));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().endsWith("Did you mean roc-auc?"), refusal.sentence());
    refusal =
        assertThrows(FederationException.class, () -> Metric.of("roc-auc", TaskKind.REGRESSION));
    assertTrue(
        refusal.sentence().startsWith("metric: \"roc-auc\" for regression (expected: one of loss"),
        refusal.sentence());
  }

  @Test
  void direction_errorsAndLosses_areMinimized() {
    var least =
        Arrays.stream(Metric.values())
            .filter(metric -> metric.direction() == Direction.MINIMIZE)
            .map(Metric::token)
            .toList();
    assertEquals(
        "[loss, log-loss, brier, calibration-error, hamming-loss, perplexity, mae, rmse]",
        least.toString());
  }

  @Test
  void better_byDirection_andNeverNotANumber() {
    assertTrue(Metric.MACRO_F1.better(0.6, 0.5));
    assertTrue(Metric.LOSS.better(0.5, 0.6));
    assertFalse(Metric.LOSS.better(0.5, 0.5));
    assertTrue(Metric.LOSS.better(0.5, Double.NaN));
    assertFalse(Metric.ACCURACY.better(Double.NaN, 0.5));
    assertFalse(Metric.ACCURACY.better(Double.NaN, Double.NaN));
  }
}
