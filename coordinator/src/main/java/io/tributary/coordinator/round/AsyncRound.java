package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.plan.AsyncPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is different where nodes work at their own pace ({@code federation.mode: async}). A round is
 * a buffer that fills: assignments outlive the round that made them, and an assignment's id says
 * from which version of the model it began, so that its age is the difference of two rounds.
 */
final class AsyncRound {
  /** How old the updates that counted were, in versions. */
  static final String MEAN = "staleness-mean";

  /** The oldest of them. */
  static final String MAX = "staleness-max";

  /** Assignments that came to nothing because the model had gone on too far. */
  static final String REFUSED = "staleness-refused";

  /** Why an update came to nothing that the last round had no room for. */
  static final String LATE =
      "LATE: it came after the run's last buffer had closed (expected: before it)";

  /** A node that asks nobody for so long whether its work is wanted has been forgotten. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private AsyncRound() {}

  static boolean is(RunState run) {
    return run.plan().federation().async().isPresent();
  }

  /** Whether it asks every node that it can, so that nobody takes another one's place. */
  static boolean asksEachAlone(RunState run) {
    return run.plan().federation().async().filter(a -> a.concurrency().isEmpty()).isPresent();
  }

  /**
   * Whether an assignment goes on in the round after: its update may come, or waits to be judged.
   */
  static boolean goesOn(AssignmentRecord record) {
    return record.stage().live() || record.stage() == AssignmentStage.RECEIVED;
  }

  /** How many versions the model has gone on since the assignment began. */
  static int staleness(AssignmentRecord record, int round) {
    return round - record.id().round().round();
  }

  /** The assignments of a round that come to nothing when the next one opens. */
  static List<AssignmentRecord> tooOld(RunState run) {
    int next = run.open().round() + 1;
    return run.plan()
        .federation()
        .async()
        .map(
            async ->
                run.open().cohort().values().stream()
                    .filter(record -> goesOn(record) && tooOld(async, record, next))
                    .toList())
        .orElse(List.of());
  }

  private static boolean tooOld(AsyncPlan plan, AssignmentRecord record, int round) {
    return staleness(record, round) > plan.maxStaleness();
  }

  /**
   * How long an assignment may outlive its round: as long as the rounds may take in which it is not
   * too old. So nobody needs to hear of it again when one opens.
   */
  static Duration beyond(RunState run, AssignmentRecord record) {
    Duration round = run.plan().federation().deadlines().round();
    return run.plan()
        .federation()
        .async()
        .map(plan -> plan.maxStaleness() - staleness(record, run.open().round()))
        .map(rounds -> round.multipliedBy(Math.max(0, rounds)))
        .map(time -> time.compareTo(LONGEST) > 0 ? LONGEST : time)
        .orElse(Duration.ZERO);
  }

  /** Why an assignment that is too old is over. */
  static String sentence(AsyncPlan plan, AssignmentRecord record, int round) {
    return "the model has gone on by "
        + staleness(record, round)
        + " versions since it began (expected: at most max-staleness, "
        + plan.maxStaleness()
        + ")";
  }

  /** The assignments that a round begins with; those that are too old end with it. */
  static Cohort carried(AsyncPlan plan, Cohort before, int round, long sequence) {
    List<AssignmentRecord> carried = new ArrayList<>();
    for (AssignmentRecord record : before.values()) {
      if (!goesOn(record)) {
        continue;
      }
      if (tooOld(plan, record, round)) {
        boolean came = record.stage() == AssignmentStage.RECEIVED;
        String why = "STALE: " + sentence(plan, record, round);
        AssignmentStage end = came ? AssignmentStage.REFUSED : AssignmentStage.CANCELLED;
        carried.add(record.ended(end, why, true, sequence));
      } else {
        carried.add(record);
      }
    }
    return Cohort.EMPTY.withAll(carried);
  }

  /**
   * The update to be judged now: one after the other in the order of their receipts, so that the
   * same order fills the same buffers.
   */
  static Optional<AssignmentRecord> nextToJudge(RunState run) {
    return Cohort.of(run.open().cohort()).firstReceived();
  }

  /** Since when an update is the next to be judged. */
  static long judgedSince(RunState run, AssignmentRecord next) {
    long before = Math.max(next.sequence(), Cohort.of(run.open().cohort()).lastJudged());
    return Math.max(before, run.marks().entered());
  }

  /** Whether as many updates count as make a version. */
  static boolean full(RunState run) {
    int buffer = run.plan().federation().async().map(AsyncPlan::buffer).orElseThrow();
    return run.open().count(AssignmentStage.COUNTED) >= buffer;
  }

  /**
   * What rounds since one committed left in the spool of rounds that others still need.
   *
   * @param from the first round
   * @param cleared the last round whose spool is cleared as a whole
   */
  static Set<AssignmentId> done(RunState run, int from, int cleared) {
    int oldest = Math.max(from, cleared + 1);
    return run.rounds().subList(Math.min(oldest, run.rounds().size()), run.rounds().size()).stream()
        .flatMap(round -> round.cohort().stream())
        .map(AssignmentRecord::id)
        .filter(id -> id.round().round() > cleared)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The last round of which nobody needs an update any more, before the round that is open. */
  static int cleared(RunState run) {
    return run.open().cohort().values().stream()
        .filter(record -> goesOn(record) || record.stage() == AssignmentStage.COUNTED)
        .mapToInt(record -> record.id().round().round() - 1)
        .reduce(run.rounds().size() - 1, Math::min);
  }

  /** What a round's record says of the age of its updates. */
  static SortedMap<String, Double> measures(
      AsyncPlan plan, int round, List<AssignmentRecord> settled, SortedMap<String, Double> others) {
    SortedMap<String, Double> measures = new TreeMap<>(others);
    List<AssignmentRecord> counted =
        settled.stream().filter(one -> one.stage() == AssignmentStage.COUNTED).toList();
    counted.stream()
        .mapToInt(one -> staleness(one, round))
        .average()
        .ifPresent(mean -> measures.put(MEAN, mean));
    counted.stream()
        .mapToInt(one -> staleness(one, round))
        .max()
        .ifPresent(max -> measures.put(MAX, (double) max));
    long refused = settled.stream().filter(one -> tooOld(plan, one, round)).count();
    measures.put(REFUSED, (double) refused);
    return measures;
  }
}
