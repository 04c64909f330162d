package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TrainPlan;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoundWorkTest {
  private static final long SECOND = 1_000_000_000L;

  private static TrainPlan plan(String train) {
    return Plan.parse(
            "{\"name\":\"p\",\"deterministic\":false,\"model\":{\"base\":\"m\",\"labels\":[\"a\",\"b\"]},"
                + "\"train\":{\"batch-size\":4,"
                + train
                + "}}")
        .train();
  }

  @Test
  void steps_ofEpochs_countAccumulatedBatches() {
    assertEquals(6, RoundWork.steps(plan("\"epochs\":2"), 10));
    assertEquals(4, RoundWork.steps(plan("\"epochs\":2,\"accumulate\":2"), 10));
    assertEquals(2, RoundWork.steps(plan("\"epochs\":2,\"accumulate\":9"), 10));
    assertEquals(7, RoundWork.steps(plan("\"steps\":7"), 10));
  }

  @Test
  void goesOn_epochs_untilTheLast() {
    var work = new RoundWork(plan("\"epochs\":2"), 10, () -> 0);
    assertTrue(work.goesOn(1, 5));
    assertFalse(work.goesOn(2, 6));
    assertEquals(20, work.total(5, 1));
  }

  @Test
  void goesOn_steps_whateverTheEpoch() {
    var work = new RoundWork(plan("\"steps\":7"), 10, () -> 0);
    assertTrue(work.goesOn(9, 6));
    assertFalse(work.goesOn(0, 7));
    assertEquals(28, work.total(8, 2));
  }

  @Test
  void goesOn_time_untilItIsOverButOneStepAtLeast() {
    var now = new AtomicLong(5 * SECOND);
    var work = new RoundWork(plan("\"time\":\"10s\""), 10, now::get);
    now.set(60 * SECOND);
    assertTrue(work.goesOn(0, 0));
    assertFalse(work.goesOn(0, 1));
    now.set(10 * SECOND);
    assertTrue(work.goesOn(4, 1));
    assertEquals(16, work.total(8, 2));
    assertEquals(RoundWork.steps(plan("\"time\":\"10s\""), 10) / 2 - 1, work.position(9));
  }
}
