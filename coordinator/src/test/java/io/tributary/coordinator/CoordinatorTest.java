package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.WatchRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

  @Test
  void watch_onlyNewRounds_eachRoundAndThePlanComeOnce() throws Exception {
    try (var federation = new TestFederation(folder)) {
      for (String node : List.of("a", "b", "c")) {
        federation.node(node, 0.5f);
      }
      String run = federation.start(3, THREE).getRun();
      Iterator<RunView> views =
          federation
              .operator()
              .watchRun(WatchRequest.newBuilder().setRun(run).setOnlyNewRounds(true).build());
      List<Integer> rounds = new ArrayList<>();
      int plans = 0;
      while (views.hasNext()) {
        RunView view = views.next();
        view.getRoundsList().forEach(round -> rounds.add(round.getRound()));
        plans += view.getPlan().isEmpty() ? 0 : 1;
      }
      assertEquals(List.of(0, 1, 2, 3), rounds);
      assertEquals(1, plans);
    }
  }

  @Test
  void run_workEndsByAnError_isHeldWithIt() throws Exception {
    Failpoints overflow =
        place -> {
          if (place.equals(Failpoints.EVALUATION_STARTED)) {
            throw new StackOverflowError("too deep");
          }
        };
    try (var federation = new TestFederation(folder, "none", "", overflow)) {
      var request = RunRequest.newBuilder().setRun(federation.start(1, THREE).getRun()).build();
      long end = System.nanoTime() + TestFederation.PATIENCE.toNanos();
      RunView run = federation.operator().showRun(request);
      while (!run.getState().equals("paused") && System.nanoTime() < end) {
        run = federation.operator().showRun(request);
      }
      assertEquals("paused", run.getState());
      assertTrue(run.getReason().contains("StackOverflowError"), run.getReason());
    }
  }

  @Test
  void run_everyOrderOfArrival_sameDigest() throws Exception {
    Set<String> digests = new HashSet<>();
    for (String order : List.of("abc", "acb", "bac", "bca", "cab", "cba")) {
      digests.add(digestOf(order));
    }
    assertEquals(1, digests.size(), "the digest depends on the order of arrival: " + digests);
  }

  private String digestOf(String order) throws Exception {
    Path home = Files.createDirectories(folder.resolve(order));
    try (var federation = new TestFederation(home, "none", "", Failpoints.none())) {
      var turn = new CountDownLatch(0);
      for (int i = 0; i < order.length(); i++) {
        char name = order.charAt(i);
        CountDownLatch mine = turn;
        var next = new CountDownLatch(1);
        ScriptedNode node =
            federation.node(String.valueOf(name), (name - 'a' + 1) / 3f, id -> awaited(mine));
        node.afterSubmit = next::countDown;
        turn = next;
      }
      RunView run = federation.awaitEnd(federation.start(1, THREE).getRun());
      assertEquals(3, run.getRounds(1).getUpdates());
      return run.getFinalDigest();
    }
  }

  private static ScriptedUpdate.Fault awaited(CountDownLatch turn) {
    try {
      if (!turn.await(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the node before never submitted");
      }
      return ScriptedUpdate.Fault.NONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
