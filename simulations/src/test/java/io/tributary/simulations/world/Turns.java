package io.tributary.simulations.world;

import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.federation.NodeName;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs take turns at the nodes: who was served longest ago is not passed over. */
final class Turns {
  private Turns() {}

  /**
   * A run draws. No other that was served before it, still recruits and finds enough nodes
   * connected, free or busy, may use one of those that it takes: that one would have drawn them, or
   * they would have been left alone for it.
   *
   * @param connected when the run draws
   * @return whether somebody waited for other nodes
   */
  static boolean drawn(Staged row, Set<NodeName> connected, Collection<RunWitness> runs) {
    var drawn = (Transition.CohortDrawn) row.transition();
    RunWitness serving = find(row, runs);
    boolean contended = false;
    for (RunWitness run : runs) {
      boolean earlier =
          run.phase() == Phase.RECRUITING
              && run.served().isBefore(serving.served())
              && run.at(RunWitness.Place.RECEIPTED).isEmpty();
      if (earlier) {
        contended = true;
        Set<NodeName> usable = connected.stream().filter(run::mayAsk).collect(Collectors.toSet());
        boolean passedOver =
            usable.size() >= run.wanted()
                && drawn.nodes().stream().anyMatch(node -> usable.contains(node.node()));
        Violation.unless(!passedOver, "who was served longest ago draws first", row);
      }
    }
    return contended;
  }

  private static RunWitness find(Staged row, Collection<RunWitness> runs) {
    return runs.stream()
        .filter(run -> run.spec().run().equals(row.run()))
        .findFirst()
        .orElseThrow();
  }
}
