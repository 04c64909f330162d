package io.tributary.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.coordinator.round.Transition.AssignmentAccepted;
import io.tributary.coordinator.round.Transition.RoundCommitted;
import io.tributary.coordinator.round.Transition.RoundOpened;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTimesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Digest CHECKPOINT = Digest.ofUtf8("c");
  private final List<Staged> journal = new ArrayList<>();

  private void at(long millis, Transition transition) {
    journal.add(
        new Staged(new RunId("run-a"), journal.size() + 1, START.plusMillis(millis), transition));
  }

  private void accepted(long millis, String node) {
    at(millis, new AssignmentAccepted(AssignmentId.parse("run-a/1/1/" + node)));
  }

  @Test
  void rounds_withRoundZeroAndAnOpenOne_areThoseTrainedAndCommitted() {
    at(0, new RoundOpened(0, CHECKPOINT));
    at(5, new RoundCommitted(0, CHECKPOINT));
    at(5, new RoundOpened(1, CHECKPOINT));
    accepted(20, "a");
    accepted(35, "b");
    at(105, new RoundCommitted(1, CHECKPOINT));
    at(105, new RoundOpened(2, CHECKPOINT));
    List<RoundTimes> rounds = RoundTimes.of(journal);
    assertEquals(1, rounds.size());
    assertEquals(1, rounds.get(0).round());
    assertEquals(100, rounds.get(0).millis());
  }

  @Test
  void steps_withSomeMissing_endWithTheirLastRow() {
    at(5, new RoundOpened(1, CHECKPOINT));
    accepted(20, "a");
    accepted(35, "b");
    at(105, new RoundCommitted(1, CHECKPOINT));
    RoundTimes times = RoundTimes.of(journal).get(0);
    assertEquals(0, times.millisOf("drawn"));
    assertEquals(30, times.millisOf("accepted"));
    assertEquals(0, times.millisOf("judged"));
    assertEquals(70, times.millisOf("committed"));
  }

  @Test
  void line_parsed_isTheSame() {
    at(5, new RoundOpened(7, CHECKPOINT));
    accepted(20, "a");
    at(105, new RoundCommitted(7, CHECKPOINT));
    RoundTimes times = RoundTimes.of(journal).get(0);
    assertEquals(times, RoundTimes.parse(times.line()));
  }
}
