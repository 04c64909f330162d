package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold after every event, whatever went wrong before. */
final class ChaosInvariants {
  private final Map<AssignmentId, Digest> receipts = new HashMap<>();
  private final Set<AssignmentId> passed = new HashSet<>();
  private final Map<RunId, int[]> progress = new HashMap<>();
  private int events;

  void check(World world, Decision decision, List<Staged> history) {
    events++;
    remember(decision);
    Set<NodeName> working = new HashSet<>();
    for (RunState run : world.runs().values()) {
      onlyForward(run);
      for (RoundRecord round : run.rounds()) {
        contributions(round.cohort());
      }
      contributions(run.open().cohort().values());
      for (AssignmentRecord assignment : run.open().live()) {
        assertFalse(run.phase().ended(), "live in " + run.phase());
        assertTrue(
            run.phase().held() || working.add(assignment.node()),
            "two assignments at " + assignment.node());
      }
    }
    receipts.forEach((id, digest) -> assertEquals(digest, kept(world, id), "receipt of " + id));
    if (events % 50 == 0) {
      assertEquals(world.runs(), World.fold(history).runs(), "fold of the journal");
    }
  }

  private void remember(Decision decision) {
    if (decision.answer() instanceof Answer.Receipted receipt) {
      Digest before = receipts.putIfAbsent(receipt.assignment(), receipt.update());
      assertTrue(before == null || before.equals(receipt.update()), "another receipt");
    }
    for (Staged staged : decision.transitions()) {
      if (staged.transition() instanceof Transition.UpdateJudged judged
          && judged.judgement() instanceof Judgement.Passed) {
        assertTrue(passed.add(judged.assignment()), "judged twice: " + judged.assignment());
      }
      if (staged.transition() instanceof Transition.CollectionClosed closed) {
        assertFalse(closed.counted().isEmpty(), "closed with nothing");
      }
    }
  }

  private void onlyForward(RunState run) {
    int[] last = progress.computeIfAbsent(run.run(), key -> new int[3]);
    int[] next = {run.rounds().size(), run.open().round(), run.open().attempt()};
    assertTrue(next[0] >= last[0], "committed rounds vanish");
    assertTrue(next[1] >= last[1], "rounds go back");
    assertTrue(next[1] > last[1] || next[2] >= last[2], "attempts go back");
    for (int i = 0; i < run.rounds().size(); i++) {
      assertEquals(i, run.rounds().get(i).round(), "rounds in order");
    }
    progress.put(run.run(), next);
  }

  private void contributions(Collection<AssignmentRecord> cohort) {
    List<NodeName> counted = new ArrayList<>();
    for (AssignmentRecord assignment : cohort) {
      if (assignment.stage() == AssignmentStage.COUNTED) {
        counted.add(assignment.node());
        assertTrue(passed.contains(assignment.id()), "counted unjudged: " + assignment.id());
        assertTrue(receipts.containsKey(assignment.id()), "counted without a receipt");
      }
    }
    assertEquals(new HashSet<>(counted).size(), counted.size(), "a node counts twice");
  }

  private static Digest kept(World world, AssignmentId id) {
    return world
        .find(id.round().run())
        .flatMap(run -> run.find(id))
        .flatMap(AssignmentRecord::update)
        .orElseThrow(() -> new AssertionError("receipted update lost: " + id))
        .digest();
  }
}
