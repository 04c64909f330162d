package io.tributary.coordinator.round;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** In which phases each kind of transition may happen; everything else is a defect. */
final class TransitionTable {
  private static final Set<Phase> GATHERING = EnumSet.of(Phase.RECRUITING, Phase.COLLECTING);
  private static final Set<Phase> AT_SITES = EnumSet.of(Phase.EVALUATING_AT_SITES);
  private static final Set<Phase> ASKING = union(GATHERING, AT_SITES);
  private static final Set<Phase> ACTIVE = in(Phase.Group.ACTIVE);
  private static final Set<Phase> HELD = in(Phase.Group.HELD);
  private static final Set<Phase> NOT_ENDED = union(ACTIVE, HELD);
  private static final Map<String, Set<Phase>> ALLOWED = allowed();
  private static final Set<Phase> NONE = EnumSet.noneOf(Phase.class);

  /** And where nodes work at their own pace. */
  private static final Map<String, Set<Phase>> MEANWHILE = meanwhile();

  private TransitionTable() {}

  /** The phases in which a kind may happen; empty for {@code RunCreated}, which starts a run. */
  static Set<Phase> allowed(String kind) {
    Set<Phase> phases = ALLOWED.get(kind);
    if (phases == null) {
      throw new IllegalStateException("transition without a row in the table: " + kind);
    }
    return Collections.unmodifiableSet(phases);
  }

  static void check(RunState state, Staged staged) {
    String kind = staged.transition().kind();
    boolean meanwhile =
        AsyncRound.is(state) && MEANWHILE.getOrDefault(kind, NONE).contains(state.phase());
    if (!allowed(kind).contains(state.phase()) && !meanwhile) {
      throw new IllegalStateException(
          "run " + state.run() + " cannot take " + kind + " in " + state.phase());
    }
    if (staged.sequence() != state.marks().sequence() + 1) {
      throw new IllegalStateException(
          "run "
              + state.run()
              + " cannot take transition "
              + staged.sequence()
              + " after "
              + state.marks().sequence());
    }
  }

  private static Map<String, Set<Phase>> allowed() {
    Map<String, Set<Phase>> rows = new TreeMap<>();
    rows.put("RunCreated", EnumSet.noneOf(Phase.class));
    rows.put("RoundOpened", EnumSet.of(Phase.CREATED, Phase.COMMITTED));
    rows.put("CohortDrawn", EnumSet.of(Phase.RECRUITING));
    rows.put("AssignmentAccepted", ASKING);
    rows.put("AssignmentDeclined", ASKING);
    rows.put("AssignmentFailed", ASKING);
    rows.put("UpdateReceipted", GATHERING);
    rows.put("UploadRefused", GATHERING);
    rows.put("UpdateJudged", GATHERING);
    rows.put("AttemptExtended", EnumSet.of(Phase.COLLECTING));
    rows.put("CollectionClosed", GATHERING);
    rows.put("AggregationFinished", EnumSet.of(Phase.AGGREGATING));
    rows.put("EvaluationFinished", EnumSet.of(Phase.EVALUATING));
    rows.put("SitesAsked", AT_SITES);
    rows.put("SiteReported", AT_SITES);
    rows.put("SitesEvaluated", AT_SITES);
    rows.put("RoundCommitted", EnumSet.of(Phase.EVALUATING, Phase.EVALUATING_AT_SITES));
    rows.put("BestMoved", EnumSet.of(Phase.COMMITTED));
    rows.put("RoundsEnded", EnumSet.of(Phase.COMMITTED));
    rows.put("TestEvaluated", EnumSet.of(Phase.TESTING));
    rows.put("RunCompleted", EnumSet.of(Phase.COMMITTED, Phase.TESTING));
    rows.put("WorkFailed", ACTIVE);
    rows.put("WorkRetried", ACTIVE);
    rows.put("RunPaused", ACTIVE);
    rows.put("RunResumed", HELD);
    rows.put("RunStopped", NOT_ENDED);
    rows.put("RunFailed", NOT_ENDED);
    rows.put("CoordinatorStarted", NOT_ENDED);
    return rows;
  }

  private static Map<String, Set<Phase>> meanwhile() {
    Set<Phase> working = EnumSet.of(Phase.AGGREGATING, Phase.EVALUATING);
    Map<String, Set<Phase>> rows = new TreeMap<>();
    rows.put("CohortDrawn", EnumSet.of(Phase.COLLECTING));
    rows.put("AssignmentAccepted", working);
    rows.put("AssignmentDeclined", working);
    rows.put("AssignmentFailed", working);
    rows.put("UpdateReceipted", working);
    rows.put("UploadRefused", working);
    return rows;
  }

  private static Set<Phase> in(Phase.Group group) {
    return Arrays.stream(Phase.values())
        .filter(phase -> phase.group() == group)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Phase.class)));
  }

  private static Set<Phase> union(Set<Phase> one, Set<Phase> other) {
    Set<Phase> both = EnumSet.copyOf(one);
    both.addAll(other);
    return both;
  }
}
