package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void of_spanRun_roundsContinueOneLine() {
    var plan = new SchedulePlan(ScheduleName.LINEAR, 0.1, ScheduleSpan.RUN);
    var whole = new LearningRate(plan, 2e-4, 5, 41, 0);
    for (int round = 1; round <= 4; round++) {
      var rate = LearningRate.of(plan, 2e-4, round, 4, 10);
      assertEquals(4, rate.warmUp());
      assertEquals(40, rate.total());
      for (int step = 0; step < 10; step++) {
        long at = (round - 1) * 10L + step;
        double expected = at < 4 ? 2e-4 * (at / 4.0) : 2e-4 * ((40 - at) / 36.0);
        assertEquals(expected, rate.at(step), 1e-18);
      }
    }
    assertEquals(0, whole.at(41));
    assertEquals(0, whole.at(50));
  }

  @Test
  void of_spanRound_everyRoundTheSame() {
    var plan = new SchedulePlan(ScheduleName.LINEAR, 0.06, ScheduleSpan.ROUND);
    assertEquals(LearningRate.of(plan, 1, 1, 9, 20), LearningRate.of(plan, 1, 5, 9, 20));
    assertEquals(2, LearningRate.of(plan, 1, 1, 9, 20).warmUp());
  }

  @Test
  void at_constant_staysAtThePeakAfterTheWarmUp() {
    var rate =
        new LearningRate(new SchedulePlan(ScheduleName.CONSTANT, 0, ScheduleSpan.RUN), 3, 2, 10, 0);
    assertEquals(0, rate.at(0));
    assertEquals(1.5, rate.at(1));
    assertEquals(3, rate.at(2));
    assertEquals(3, rate.at(1000));
  }
}
