package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.AsyncPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A run's state while one transition is folded into it; lives within one call. */
final class Draft {
  final RunSpec spec;
  final long sequence;
  final Instant at;
  Phase phase;
  String reason;
  Optional<Phase> heldFrom;
  Checkpoint current;
  Optional<Best> best;
  Optional<String> promiseLost;
  Optional<CompletionReason> completion;
  Optional<Figures> test;
  Optional<Instant> deadline;
  Optional<Candidate> candidate;
  Optional<Figures> figures;
  Optional<SitesRecord> sites;
  int round;
  int attempt;
  int firstAttempt;
  int target;
  long drawn;
  long retried;
  int failures;
  int tries;
  Optional<Instant> nextTry;
  Instant served;
  Optional<Instant> ended;
  List<RoundRecord> rounds;
  LastCounted counted;

  private long entered;
  private Instant opened;
  private final Instant started;
  private Cohort cohort;

  Draft(RunState state, Staged staged) {
    spec = state.spec();
    sequence = staged.sequence();
    at = staged.at();
    phase = state.phase();
    reason = state.reason();
    heldFrom = state.heldFrom();
    current = state.current();
    best = state.best();
    promiseLost = state.promiseLost();
    completion = state.completion();
    test = state.test();
    rounds = state.rounds();
    counted = state.counted();
    started = state.marks().started();
    entered = state.marks().entered();
    retried = state.marks().retried();
    failures = state.marks().failures();
    tries = state.marks().tries();
    nextTry = state.marks().nextTry();
    served = state.marks().served();
    ended = state.marks().ended();
    round = state.open().round();
    attempt = state.open().attempt();
    firstAttempt = state.open().firstAttempt();
    target = state.open().target();
    drawn = state.open().drawn();
    opened = state.open().opened();
    deadline = state.open().deadline();
    cohort = Cohort.of(state.open().cohort());
    candidate = state.open().candidate();
    figures = state.open().figures();
    sites = state.open().sites();
  }

  void enter(Phase next, String why) {
    phase = next;
    reason = why;
    entered = sequence;
  }

  void open(int number) {
    round = number;
    attempt = 1;
    firstAttempt = 1;
    target = 0;
    drawn = 0;
    untroubled();
    opened = at;
    deadline = Optional.empty();
    candidate = Optional.empty();
    figures = Optional.empty();
    sites = Optional.empty();
    cohort =
        async()
            .map(plan -> AsyncRound.carried(plan, cohort, number, sequence))
            .orElse(Cohort.EMPTY);
  }

  private Optional<AsyncPlan> async() {
    return spec.plan().federation().async();
  }

  /** The coordinator's own work went on: failures are counted anew. */
  void untroubled() {
    failures = 0;
    tries = 0;
    nextTry = Optional.empty();
  }

  void put(AssignmentRecord assignment) {
    cohort = cohort.with(assignment);
  }

  void putAll(Collection<AssignmentRecord> assignments) {
    cohort = cohort.withAll(assignments);
  }

  void change(
      AssignmentId id, String transition, UnaryOperator<AssignmentRecord> change, Stages allowed) {
    AssignmentRecord before = cohort.get(id);
    if (before == null || !allowed.contains(before.stage())) {
      throw new IllegalStateException(
          "assignment "
              + id
              + " cannot take "
              + transition
              + " in "
              + (before == null ? "no stage" : before.stage()));
    }
    put(change.apply(before));
  }

  void cancelLive(String why) {
    for (AssignmentRecord assignment : List.copyOf(cohort.values())) {
      if (assignment.stage().live()) {
        String note = assignment.reason().isEmpty() ? "" : "; " + assignment.reason();
        put(assignment.ended(AssignmentStage.CANCELLED, why + note, true, sequence));
      }
    }
  }

  /**
   * Who resumes a run has mended something: nodes that ended without counting may be asked again.
   */
  void forgive() {
    for (AssignmentRecord assignment : List.copyOf(cohort.values())) {
      switch (assignment.stage()) {
        case REFUSED, DECLINED, FAILED ->
            put(
                assignment.ended(
                    assignment.stage(), assignment.reason(), true, assignment.sequence()));
        default -> {}
      }
    }
  }

  void commit() {
    Checkpoint committed = candidate.map(Candidate::checkpoint).orElse(current);
    List<RoundRecord> more = new ArrayList<>(rounds);
    List<AssignmentRecord> trained = settled();
    more.add(
        new RoundRecord(
            round,
            attempt,
            committed,
            figures.orElseThrow(
                () -> new IllegalStateException("run " + spec.run() + ": commit of no figures")),
            RoundTally.of(sequence, trained),
            sites,
            trained,
            candidate.map(Candidate::weights).orElseGet(TreeMap::new),
            opened,
            at,
            measures(trained)));
    counted = spec.plan().keepsState() ? counted.with(trained) : counted;
    int old = more.size() - 1 - RunState.DETAILED_ROUNDS;
    if (old >= 0 && !spec.plan().federation().cohort().looksBack() && async().isEmpty()) {
      more.set(old, more.get(old).condensed());
    }
    rounds = List.copyOf(more);
    current = committed;
  }

  /**
   * Where nodes work at their own pace, what came after the last buffer had closed comes to
   * nothing; the last round's record tells it, and who was at work then.
   */
  void settleLate() {
    if (async().isEmpty() || rounds.size() <= round) {
      return;
    }
    for (AssignmentRecord record : List.copyOf(cohort.values())) {
      if (record.stage() == AssignmentStage.RECEIVED) {
        put(record.ended(AssignmentStage.REFUSED, AsyncRound.LATE, true, sequence));
      }
    }
    List<RoundRecord> all = new ArrayList<>(rounds);
    all.set(round, all.get(round).with(cohort));
    rounds = List.copyOf(all);
  }

  /** Assignments to train that end with the round. */
  private List<AssignmentRecord> settled() {
    return cohort.values().stream()
        .filter(one -> !one.evaluates())
        .filter(one -> async().isEmpty() || !AsyncRound.goesOn(one))
        .toList();
  }

  private SortedMap<String, Double> measures(List<AssignmentRecord> settled) {
    SortedMap<String, Double> found = candidate.map(Candidate::measures).orElseGet(TreeMap::new);
    return round == 0
        ? found
        : async().map(plan -> AsyncRound.measures(plan, round, settled, found)).orElse(found);
  }

  RunState build() {
    return new RunState(
        spec,
        new Marks(sequence, at, entered, retried, failures, tries, nextTry, served, started, ended),
        phase,
        reason,
        heldFrom,
        new OpenRound(
            round,
            attempt,
            firstAttempt,
            target,
            drawn,
            opened,
            deadline,
            cohort,
            candidate,
            figures,
            sites),
        rounds,
        counted,
        current,
        best,
        promiseLost,
        completion,
        test);
  }

  /** Evaluations, of each node the last, by name. */
  List<AssignmentRecord> evaluations() {
    SortedMap<NodeName, AssignmentRecord> last = new TreeMap<>();
    cohort.values().stream()
        .filter(AssignmentRecord::evaluates)
        .forEach(one -> last.put(one.node(), one));
    return List.copyOf(last.values());
  }

  /** The stages that an assignment's transition may start from. */
  enum Stages {
    OFFERED,
    LIVE,
    RECEIVED;

    boolean contains(AssignmentStage stage) {
      return switch (this) {
        case OFFERED -> stage == AssignmentStage.OFFERED;
        case LIVE -> stage.live();
        case RECEIVED -> stage == AssignmentStage.RECEIVED;
      };
    }
  }
}
