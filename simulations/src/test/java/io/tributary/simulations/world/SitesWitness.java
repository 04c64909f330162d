package io.tributary.simulations.world;

import io.tributary.aggregation.tally.Tally;
import io.tributary.coordinator.round.DrawnNode;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.EvaluationPlaces;
import io.tributary.simulations.world.RunWitness.Place;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The clerk's account of what sites evaluate in the open round of one run. */
final class SitesWitness {
  private final RunSpec spec;
  private final Set<NodeName> closed = new HashSet<>();
  private final Set<AssignmentId> asked = new HashSet<>();
  private final SortedMap<NodeName, Tally> told = new TreeMap<>();
  private boolean done;

  SitesWitness(RunSpec spec) {
    this.spec = spec;
  }

  /** A round begins. */
  void open() {
    closed.clear();
    asked.clear();
    told.clear();
    done = false;
  }

  /** Who was asked and told nothing may be asked again. */
  void forgive() {
    closed.clear();
    closed.addAll(told.keySet());
  }

  boolean asked(AssignmentId id) {
    return asked.contains(id);
  }

  /** Sites that must not be asked again. */
  Set<NodeName> closed() {
    return closed;
  }

  boolean done() {
    return done;
  }

  double share() {
    return Content.share(told.values());
  }

  boolean quorate() {
    return told.size() >= places().quorum();
  }

  private EvaluationPlaces places() {
    return spec.plan().evaluation().places();
  }

  /** Whether the row is about sites. */
  boolean take(Staged row, Transition t, RunWitness run) {
    if (t instanceof Transition.SitesAsked sites) {
      ask(row, sites, run);
    } else if (t instanceof Transition.SiteReported reported) {
      report(row, reported, run);
    } else if (t instanceof Transition.SitesEvaluated evaluated) {
      end(row, evaluated, run);
    } else {
      return false;
    }
    return true;
  }

  private void ask(Staged row, Transition.SitesAsked sites, RunWitness run) {
    require(run.phase() == Phase.EVALUATING_AT_SITES, "sites are asked while they evaluate", row);
    List<NodeName> named = spec.plan().federation().cohort().nodes();
    for (DrawnNode node : sites.nodes()) {
      NodeName name = node.node();
      require(named.isEmpty() || named.contains(name), "only named nodes are asked", row);
      require(!closed.contains(name), "a site that told or declined is left alone", row);
      var id = new AssignmentId(run.id(), sites.attempt(), name);
      require(run.places().put(id, Place.ASKED) == null, "an id is given once", row);
      asked.add(id);
    }
  }

  private void report(Staged row, Transition.SiteReported reported, RunWitness run) {
    AssignmentId id = reported.assignment();
    require(asked.contains(id), "who was asked to evaluate reports", row);
    require(run.places().get(id) == Place.ASKED, "a site reports once", row);
    require(
        reported.tally().equals(Content.tally(id.node(), judged(run))),
        "a site's sums are those of the candidate",
        row);
    run.places().put(id, Place.PASSED);
    closed.add(id.node());
    told.put(id.node(), reported.tally());
  }

  private static Digest judged(RunWitness run) {
    return run.candidate().map(one -> one.checkpoint()).orElse(run.current()).manifest().digest();
  }

  private void end(Staged row, Transition.SitesEvaluated evaluated, RunWitness run) {
    require(run.phase() == Phase.EVALUATING_AT_SITES, "sites have evaluated where they do", row);
    require(run.mayEnd(row), "no evaluation ends before its time", row);
    require(
        quorate() || !places().sitesChoose(),
        "no evaluation that chooses ends below its quorum",
        row);
    boolean right =
        evaluated.together().isPresent() == !told.isEmpty()
            && evaluated
                .together()
                .filter(all -> Math.abs(all.macroF1() - share()) > 1e-12)
                .isEmpty();
    require(right, "the figures are those of all that told", row);
    run.places().replaceAll((id, place) -> place == Place.ASKED ? Place.OVER : place);
    done = true;
  }

  private static void require(boolean holds, String invariant, Staged row) {
    Violation.unless(holds, invariant, row);
  }
}
