package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.client.task.TaskProgress.Step;
import io.tributary.federation.AssignmentId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressGateTest {
  private static final AssignmentId ID = AssignmentId.parse("run-a/1/1/site");
  private final List<TaskProgress> sent = new ArrayList<>();
  private long nanos;
  private final ProgressGate gate = new ProgressGate(() -> nanos, sent::add);

  private static TaskProgress at(AssignmentId id, Step step, long done) {
    return new TaskProgress(id, step, done, 100, 0, Double.NaN);
  }

  @Test
  void report_passesFourASecondOfEachStep() {
    for (int i = 0; i < 100; i++) {
      nanos = i * 10_000_000L; // a second in all
      gate.report(at(ID, Step.FETCHING, i));
      gate.report(at(ID, Step.TRAINING, i));
    }
    assertEquals(4, sent.stream().filter(p -> p.step() == Step.FETCHING).count());
    assertEquals(4, sent.stream().filter(p -> p.step() == Step.TRAINING).count());
    assertEquals(Optional.of(99L), gate.latest().map(TaskProgress::done));
  }

  @Test
  void report_ofAnotherAssignment_passesAtOnce() {
    gate.report(at(ID, Step.TRAINING, 1));
    gate.report(at(AssignmentId.parse("run-a/2/1/site"), Step.TRAINING, 1));
    assertEquals(2, sent.size());
  }

  @Test
  void clear_forgetsTheLast() {
    gate.report(at(ID, Step.TRAINING, 1));
    gate.clear();
    assertEquals(Optional.empty(), gate.latest());
  }
}
