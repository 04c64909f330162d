package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoordinatorTest {
  private static final String THREE =
      "\"cohort\": {\"quorum\": 3, \"nodes\": [\"a\", \"b\", \"c\"]}";

  @TempDir Path folder;

  @Test
  void run_threeNodes_completesWithEveryRoundEvaluated() throws Exception {
    try (var federation = new TestFederation(folder)) {
      federation.node("a", 0.5f);
      federation.node("b", 0.25f);
      federation.node("c", -0.125f);

      RunView run = federation.awaitEnd(federation.start(2, THREE).getRun());

      assertEquals("completed", run.getState(), run.getReason());
      assertEquals(3, run.getRoundsCount());
      assertEquals(
          List.of(0, 3, 3), run.getRoundsList().stream().map(RoundView::getUpdates).toList());
      assertEquals("stands", run.getDeterminism());
      assertTrue(run.hasTest());
      assertEquals(run.getRounds(2).getTrained(), run.getFinalDigest());
      for (AssignmentView assignment : run.getRounds(1).getCohortList()) {
        assertEquals("counted", assignment.getState());
        assertEquals(10, assignment.getExamples());
      }
      assertTrue(run.getRounds(1).getBytesUp() > 0);
      assertTrue(run.getRounds(1).getBytesDown() > 0);
    }
  }
}
