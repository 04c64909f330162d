package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.plan.Direction;
import io.tributary.federation.plan.EarlyStopPlan;
import io.tributary.federation.plan.Metric;
import org.junit.jupiter.api.Test;

class EarlyStopTest {
  private static EarlyStop stop(int patience, double minDelta) {
    return new EarlyStop(
        new EarlyStopPlan(Metric.ACCURACY, Direction.MAXIMIZE, patience, minDelta, 0));
  }

  @Test
  void take_improvements_areBestAndPatienceCountsTheRest() {
    EarlyStop stop = stop(2, 0);
    assertTrue(stop.take(0.5));
    assertTrue(stop.take(0.6));
    assertFalse(stop.take(0.6));
    assertFalse(stop.over());
    assertFalse(stop.take(0.55));
    assertTrue(stop.over());
    assertEquals(0.6, stop.best());
  }

  /** Small gains make new bests, but patience wants more, counted from the last that was enough. */
  @Test
  void take_gainsBelowTheLeast_areBestButIdle() {
    EarlyStop stop = stop(2, 0.1);
    assertTrue(stop.take(0.5));
    assertTrue(stop.take(0.56));
    assertTrue(stop.take(0.61));
    assertFalse(stop.over());
    assertTrue(stop.take(0.62));
    assertTrue(stop.take(0.63));
    assertTrue(stop.over());
  }

  @Test
  void take_notANumber_isNeverBest() {
    EarlyStop stop = stop(3, 0);
    stop.take(Double.NaN);
    assertTrue(stop.take(0.1));
    assertFalse(stop.take(Double.NaN));
    assertEquals(0.1, stop.best());
  }

  @Test
  void take_metricToMinimize_lessIsBetter() {
    var stop = new EarlyStop(new EarlyStopPlan(Metric.LOSS, Direction.MINIMIZE, 1, 0, 0));
    assertTrue(stop.take(2));
    assertTrue(stop.take(1));
    assertFalse(stop.take(1.5));
    assertTrue(stop.over());
  }
}
