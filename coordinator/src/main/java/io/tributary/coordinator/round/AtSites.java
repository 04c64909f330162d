package io.tributary.coordinator.round;

import io.tributary.aggregation.tally.Tally;
import io.tributary.aggregation.tally.TallyCheck;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.EvaluationPlaces;
import io.tributary.federation.plan.ModelPlan;
import io.tributary.federation.plan.TaskKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A round while its sites evaluate the candidate, each on its own validation part. All that can
 * take part are asked, those that come while others still work too. It ends when all that were
 * asked have ended, with at least the quorum; a deterministic plan that names its nodes waits for
 * each of them up to the deadline.
 */
final class AtSites {
  private final Step step;

  AtSites(Step step) {
    this.step = step;
  }

  /** Asks, waits or goes on, as far as the run can by itself. */
  void advance(RunId id) {
    ask(step.run(id));
    RunState run = step.run(id);
    boolean passed = passed(run);
    List<AssignmentRecord> evaluations = run.open().evaluations();
    boolean atWork = evaluations.stream().anyMatch(one -> one.stage().live());
    if (!passed && (atWork || (fixed(run) && !missing(run).isEmpty()))) {
      return;
    }
    EvaluationPlaces places = run.plan().evaluation().places();
    if (reported(run).size() >= places.quorum()) {
      finish(run);
    } else if (passed || (!places.sitesChoose() && nobodyLeft(run))) {
      tooFew(run);
    }
  }

  private void tooFew(RunState run) {
    if (!run.plan().evaluation().places().sitesChoose()) {
      finish(run);
      return;
    }
    int quorum = run.plan().evaluation().places().quorum();
    String reason =
        "round "
            + run.open().round()
            + ": "
            + reported(run).size()
            + " sites evaluated (expected: "
            + quorum
            + ") within evaluation.sites.deadline";
    step.stage(run.run(), new Transition.RunPaused(Phase.PAUSED_TOO_FEW_NODES, reason));
  }

  private void ask(RunState run) {
    Set<NodeName> taken = step.taken();
    Set<NodeName> settled = settled(run);
    List<DrawnNode> asked = new ArrayList<>();
    for (Roster.Member member : step.roster()) {
      if (eligible(run, member.profile())
          && !settled.contains(member.node())
          && !taken.contains(member.node())) {
        asked.add(new DrawnNode(member.node(), member.profile().validationExamples()));
      }
    }
    if (!asked.isEmpty()) {
      step.stage(run.run(), new Transition.SitesAsked(nextAttempt(run), asked));
    }
  }

  /** Ids of one node in one round differ by the attempt, whatever it was asked. */
  private static int nextAttempt(RunState run) {
    return 1
        + run.open().cohort().keySet().stream()
            .mapToInt(AssignmentId::attempt)
            .reduce(run.open().attempt(), Math::max);
  }

  private static boolean eligible(RunState run, NodeProfile profile) {
    return profile.validationExamples() > 0
        && (named(run).isEmpty() || named(run).contains(profile.node()))
        && run.plan().model().labels().containsAll(profile.labels());
  }

  /** Nodes that are not asked (again): they have answered for good, or failed a few times. */
  private static Set<NodeName> settled(RunState run) {
    Map<NodeName, Integer> tries = new HashMap<>();
    Set<NodeName> settled = new HashSet<>();
    for (AssignmentRecord one : run.open().evaluations()) {
      boolean now = one.sequence() > run.marks().entered();
      int count = tries.merge(one.node(), now ? 1 : 0, Integer::sum);
      if (!one.askAgain() || count >= run.plan().federation().attempts()) {
        settled.add(one.node());
      }
    }
    return settled;
  }

  private static List<NodeName> named(RunState run) {
    return run.plan().federation().cohort().nodes();
  }

  private static boolean fixed(RunState run) {
    return run.plan().deterministic() && !named(run).isEmpty();
  }

  /** Named nodes that may yet report: those that can't are not waited for. */
  private List<NodeName> missing(RunState run) {
    Set<NodeName> settled = settled(run);
    return named(run).stream()
        .filter(node -> !settled.contains(node))
        .filter(
            node ->
                step.roster()
                    .find(node)
                    .map(member -> eligible(run, member.profile()))
                    .orElse(true))
        .toList();
  }

  /** Whether everybody who is there has been asked and has answered. */
  private boolean nobodyLeft(RunState run) {
    Set<NodeName> settled = settled(run);
    for (Roster.Member member : step.roster()) {
      if (eligible(run, member.profile()) && !settled.contains(member.node())) {
        return false;
      }
    }
    return true;
  }

  private static List<AssignmentRecord> reported(RunState run) {
    return run.open().evaluations().stream().filter(one -> one.tally().isPresent()).toList();
  }

  private void finish(RunState run) {
    Optional<Figures> together = SiteSums.together(run.open().evaluations(), run.plan().model());
    if (together.isEmpty() && run.plan().evaluation().places().sitesChoose()) {
      String reason = "round " + run.open().round() + " diverged: no site's loss is a number";
      step.stageEnding(run.run(), new Transition.RunFailed(reason), "the run failed");
      return;
    }
    step.stageEnding(
        run.run(),
        new Transition.SitesEvaluated(together, promiseLost(run)),
        "the evaluation closed without it");
    step.stage(
        run.run(),
        new Transition.RoundCommitted(run.open().round(), run.judged().manifest().digest()));
  }

  /** Who keeps its figures to itself does so every time; who is away or fails does not. */
  private Optional<String> promiseLost(RunState run) {
    if (!fixed(run) || !run.plan().evaluation().places().sitesChoose()) {
      return Optional.empty();
    }
    List<String> lost =
        named(run).stream()
            .filter(node -> reported(run).stream().noneMatch(one -> one.node().equals(node)))
            .filter(node -> !keepsOut(run, node))
            .map(NodeName::value)
            .toList();
    return lost.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "round " + run.open().round() + " was evaluated without " + String.join(", ", lost));
  }

  private boolean keepsOut(RunState run, NodeName node) {
    boolean declined =
        run.open().evaluations().stream()
            .anyMatch(
                one ->
                    one.node().equals(node)
                        && one.stage() == AssignmentStage.DECLINED
                        && !one.askAgain());
    return declined
        || step.roster().find(node).filter(member -> !eligible(run, member.profile())).isPresent();
  }

  private boolean passed(RunState run) {
    return run.open().deadline().filter(deadline -> !step.now().isBefore(deadline)).isPresent();
  }

  /** What becomes of a site's sums. */
  static Transition taken(RunState run, AssignmentRecord record, Tally tally) {
    ModelPlan model = run.plan().model();
    Optional<String> refusal =
        TallyCheck.refusal(
            tally, TaskKind.of(model), model.labels().size(), record.declaredExamples());
    return refusal.isPresent()
        ? new Transition.AssignmentFailed(record.id(), ErrorKind.REFUSED, false, refusal.get())
        : new Transition.SiteReported(record.id(), tally);
  }
}
