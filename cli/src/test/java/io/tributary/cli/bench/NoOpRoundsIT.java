package io.tributary.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The smallest form of {@code tributary bench rounds}: real processes, a worker without PyTorch.
 */
@Timeout(300)
class NoOpRoundsIT {
  @TempDir Path folder = Path.of("");

  @Test
  void rounds_ofTwoNodes_areJournaledWithEveryStepAndTheirWaits() {
    var settings = new NoOpSettings(folder.resolve("few"), 2, 1, 2, "child", false);
    NoOpFederation.Outcome outcome = new NoOpFederation(settings, List.of()).run();
    List<RoundTimes> rounds = RoundTimes.of(outcome.journal());
    assertEquals(2, rounds.size());
    rounds.forEach(
        times -> assertEquals(RoundTimes.STEPS.keySet(), times.steps().keySet(), times.line()));
    assertTrue(
        outcome.spans().stream().anyMatch(span -> span.where().endsWith("sent.log")),
        "no node wrote down what left it");
    assertTrue(
        outcome.spans().stream().anyMatch(span -> span.what().equals("journal")),
        "the journal's waits are missing");
    assertTrue(outcome.peaks().getOrDefault("coordinator", 0L) > 0, outcome.peaks().toString());
  }
}
