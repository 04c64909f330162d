package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.ScriptedUpdate.Fault;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.RunView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bad update is refused with its reason, and the round goes on with the others. */
class BadUpdateTest {
  private static final String COHORT =
      "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\", \"c\"]}";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "NOT_A_NUMBER, NaN",
    "OTHER_LAYOUT_INSIDE, layout",
    "ONE_ELEMENT_SHAPES, delta",
    "WRONG_BASE, base",
    "ABSURD_COUNT, example count",
    "NEGATIVE_COUNT, example count",
  })
  void submit_faultInside_refusedByTheGate(Fault fault, String word) throws Exception {
    try (var federation = new TestFederation(folder)) {
      RunView run = runWith(federation, fault);

      AssignmentView refused = run.getRounds(1).getCohort(0);
      assertEquals("refused", refused.getState(), refused.getReason());
      assertTrue(refused.getReason().contains(word), refused.getReason());
      assertEquals(1, run.getRounds(1).getRefused());
      checkOthers(run);
    }
  }

  @ParameterizedTest
  @CsvSource({"OTHER_LAYOUT_STATED, layout of group delta", "TOO_BIG, group delta"})
  void submit_headerThatDoesNotFit_refusedBeforeBytesAreTaken(Fault fault, String word)
      throws Exception {
    try (var federation = new TestFederation(folder)) {
      RunView run = runWith(federation, fault);

      FederationException refusal = federation.nodes.get(0).refusals.take();
      assertEquals(ErrorKind.INVALID_ARGUMENT, refusal.kind());
      assertTrue(refusal.sentence().startsWith(word), refusal.sentence());
      assertEquals("failed", run.getRounds(1).getCohort(0).getState());
      assertTrue(run.getRounds(1).getCohort(0).getReason().contains(word));
      checkOthers(run);
    }
  }

  @Test
  void submit_spoolFull_refusedAsFullWithNothingStored() throws Exception {
    try (var federation =
        new TestFederation(
            folder,
            "full",
            ", \"limits\": {\"spool\": \"600B\", \"update\": \"600B\"}",
            Failpoints.none())) {
      ScriptedNode a = federation.node("a", 0.5f);
      federation.node("b", 0.5f).refusals = a.refusals;
      federation.start(1, "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}");

      FederationException refusal = a.refusals.take();

      assertEquals(ErrorKind.FULL, refusal.kind());
      assertTrue(refusal.sentence().contains("limits.spool"), refusal.sentence());
      try (Stream<Path> stored = Files.walk(folder.resolve("state/spool"))) {
        assertTrue(stored.filter(Files::isRegularFile).count() <= 1);
      }
    }
  }

  private static RunView runWith(TestFederation federation, Fault fault) throws Exception {
    federation.node("a", 0.5f, id -> fault);
    federation.node("b", 0.25f);
    federation.node("c", 0.75f);
    return federation.awaitEnd(federation.start(1, COHORT).getRun());
  }

  private static void checkOthers(RunView run) {
    assertEquals("completed", run.getState(), run.getReason());
    assertEquals(2, run.getRounds(1).getUpdates());
    assertEquals("counted", run.getRounds(1).getCohort(1).getState());
    assertEquals("counted", run.getRounds(1).getCohort(2).getState());
  }
}
