package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import java.util.List;
import java.util.Optional;

/**
 * A run: the fold of its transitions, immutable.
 *
 * @param reason why it is in this phase, where that is not plain
 * @param heldFrom the phase that a pause interrupted
 * @param current the last committed checkpoint; before round 0 is committed, checkpoint 0
 * @param promiseLost why the result can't be promised to repeat; empty while the promise stands
 * @param rounds committed ones, from round 0 on; the newest {@link #DETAILED_ROUNDS} with all their
 *     assignments, so that a run that goes on for months stays small; all of them where draws of
 *     cohorts look back, or nodes work at their own pace
 * @param counted in committed rounds, where nodes keep state
 */
public record RunState(
    RunSpec spec,
    Marks marks,
    Phase phase,
    String reason,
    Optional<Phase> heldFrom,
    OpenRound open,
    List<RoundRecord> rounds,
    LastCounted counted,
    Checkpoint current,
    Optional<Best> best,
    Optional<String> promiseLost,
    Optional<CompletionReason> completion,
    Optional<Figures> test) {
  /** So many rounds are held with all that is known of them: late words are about these. */
  public static final int DETAILED_ROUNDS = 8;

  public RunState {
    requireNonNull(spec, "spec");
    requireNonNull(marks, "marks");
    requireNonNull(phase, "phase");
    requireNonNull(reason, "reason");
    requireNonNull(heldFrom, "heldFrom");
    requireNonNull(open, "open");
    rounds = List.copyOf(rounds);
    requireNonNull(counted, "counted");
    requireNonNull(current, "current");
    requireNonNull(best, "best");
    requireNonNull(promiseLost, "promiseLost");
    requireNonNull(completion, "completion");
    requireNonNull(test, "test");
  }

  public RunId run() {
    return spec.run();
  }

  public Plan plan() {
    return spec.plan();
  }

  /** Digest of the canonical trained tensors of the last committed checkpoint. */
  public Digest finalDigest() {
    return current.trained().digest();
  }

  /**
   * Whether a repeatable result is promised, and if not why, in words for an operator. Without
   * named nodes who is drawn depends on who is connected, which the promise can't cover.
   */
  public String determinism() {
    if (!plan().deterministic()) {
      return "not promised: the plan says deterministic: false";
    }
    if (promiseLost.isPresent()) {
      return "given up: " + promiseLost.get();
    }
    return plan().federation().cohort().nodes().isEmpty()
        ? "stands for the cohorts that were drawn; cohort.nodes in the plan fixes them"
        : "stands";
  }

  /** What is evaluated in the open round: its candidate, in round 0 the base. */
  public Checkpoint judged() {
    return open.candidate().map(Candidate::checkpoint).orElse(current);
  }

  /** The checkpoint that an assignment of the open round is about: what its round began from. */
  public Checkpoint checkpointOf(AssignmentRecord assignment) {
    return assignment.evaluates()
        ? judged()
        : rounds.get(assignment.id().round().round() - 1).checkpoint();
  }

  /** An assignment of the open round, or of a committed one that is held with its assignments. */
  public Optional<AssignmentRecord> find(AssignmentId id) {
    AssignmentRecord record = open.cohort().get(id);
    int first = id.round().round();
    if (record != null || first >= rounds.size()) {
      return Optional.ofNullable(record);
    }
    int more = plan().federation().async().map(async -> async.maxStaleness() + 1).orElse(0);
    return rounds.subList(first, Math.min(rounds.size(), first + 1 + more)).stream()
        .flatMap(round -> round.find(id).stream())
        .findFirst();
  }

  /** The same run with its rounds as the journal tells them; for who wants to see them. */
  public RunState with(List<RoundRecord> detailed) {
    return new RunState(
        spec,
        marks,
        phase,
        reason,
        heldFrom,
        open,
        detailed,
        counted,
        current,
        best,
        promiseLost,
        completion,
        test);
  }

  /** The node's last update that counted in a committed round, where nodes keep state. */
  Optional<AssignmentId> lastCounted(NodeName node) {
    return counted.of(node);
  }
}
