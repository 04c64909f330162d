package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import io.tributary.proto.v1.ListRunsRequest;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunView;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator tells of rounds that its memory let go. */
class PastRoundsTest {
  private static final int ROUNDS = 12;
  private static final String ONE = "\"cohort\": {\"quorum\": 1, \"nodes\": [\"a\"]}";

  @TempDir Path folder;
  private TestFederation federation;
  private ScriptedNode node;
  private String run = "";

  @BeforeEach
  void longRun() throws Exception {
    federation = new TestFederation(folder);
    node = federation.node("a", 1);
    run = federation.start(ROUNDS, ONE).getRun();
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  @AfterEach
  void close() {
    federation.close();
  }

  private static List<Integer> withCohort(RunView view) {
    return view.getRoundsList().stream()
        .filter(round -> round.getCohortCount() > 0)
        .map(RoundView::getRound)
        .toList();
  }

  @Test
  void showRun_readsTheAssignmentsOfAllRounds() {
    RunView view = federation.show(run);
    assertEquals(ROUNDS, withCohort(view).size());
    assertEquals(1, withCohort(view).get(0));
    var first = view.getRounds(1).getCohort(0);
    assertEquals("a", first.getNode());
    assertEquals("counted", first.getState());
    assertTrue(first.getNorm() > 0);
    assertEquals(10, first.getExamples());
  }

  @Test
  void listRuns_tellsTheNewestOnly() {
    RunView view = federation.operator().listRuns(ListRunsRequest.getDefaultInstance()).getRuns(0);
    assertEquals(RunState.DETAILED_ROUNDS, withCohort(view).size());
    assertEquals(1, view.getRounds(1).getUpdates());
    assertTrue(view.getRounds(1).getBytesUp() > 0);
  }

  @Test
  void submit_ofARoundLongPast_getsTheSameReceipt() {
    AssignmentId first = new TreeSet<>(node.finished.keySet()).first();
    assertEquals(1, first.round().round());
    var before = node.receipts.get(first);

    var again = node.submit(federation.channel("node", "a"), first);

    assertEquals(before, again);
    federation.restart(Failpoints.none());
    assertEquals(before, node.submit(federation.channel("node", "a"), first));
  }
}
