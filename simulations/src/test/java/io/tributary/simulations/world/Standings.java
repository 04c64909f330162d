package io.tributary.simulations.world;

import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.federation.plan.KeptCheckpoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which committed round is the best of a run, and what the test part said of it. */
final class Standings {
  private final List<Checkpoint> rounds = new ArrayList<>();
  private int best = -1;
  private double figure = Double.NEGATIVE_INFINITY;
  private Optional<Checkpoint> checkpoint = Optional.empty();
  private Optional<Integer> journaled = Optional.empty();
  private boolean tested;

  boolean isTested() {
    return tested;
  }

  /** Checkpoints of committed rounds, from round 0 on. */
  List<Checkpoint> rounds() {
    return rounds;
  }

  /**
   * The best stays unless the run came to its end and its plan does without; where the plan keeps
   * all, all stay.
   */
  Set<Checkpoint> keeps(Set<KeptCheckpoint> plan, Phase phase) {
    Set<Checkpoint> keeps = new HashSet<>();
    if (plan.contains(KeptCheckpoint.ALL)) {
      keeps.addAll(rounds);
    }
    if (phase != Phase.COMPLETED || plan.contains(KeptCheckpoint.BEST)) {
      checkpoint.ifPresent(keeps::add);
    }
    return keeps;
  }

  /**
   * A round was committed.
   *
   * @param reached the figure that chooses
   */
  void committed(int round, Checkpoint committed, double reached) {
    rounds.add(committed);
    if (reached > figure) {
      figure = reached;
      best = round;
      checkpoint = Optional.of(committed);
    }
  }

  void moved(Staged row, Transition.BestMoved moved) {
    boolean right = moved.round() == best && Math.abs(moved.figure() - figure) < 1e-12;
    Violation.unless(right, "the best is the best so far", row);
    journaled = Optional.of(moved.round());
  }

  /** Before a run goes on after a commit. */
  void settled(Staged row) {
    Violation.unless(
        best < 0 || journaled.equals(Optional.of(best)), "the best is known after a commit", row);
  }

  void tested(Staged row, Transition.TestEvaluated test) {
    boolean right =
        test.round() == best
            && checkpoint.map(of -> Content.figures(of, true)).equals(Optional.of(test.figures()));
    Violation.unless(right && !tested, "the best is what is tested, once", row);
    tested = true;
  }
}
