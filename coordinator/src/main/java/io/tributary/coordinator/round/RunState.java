package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
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
 * @param rounds committed ones, from round 0 on
 */
public record RunState(
    RunSpec spec,
    Marks marks,
    Phase phase,
    String reason,
    Optional<Phase> heldFrom,
    OpenRound open,
    List<RoundRecord> rounds,
    Checkpoint current,
    Optional<Best> best,
    Optional<String> promiseLost,
    Optional<CompletionReason> completion,
    Optional<Figures> test) {
  public RunState {
    requireNonNull(spec, "spec");
    requireNonNull(marks, "marks");
    requireNonNull(phase, "phase");
    requireNonNull(reason, "reason");
    requireNonNull(heldFrom, "heldFrom");
    requireNonNull(open, "open");
    rounds = List.copyOf(rounds);
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

  /** An assignment of the open round, or of a committed one. */
  public Optional<AssignmentRecord> find(AssignmentId id) {
    AssignmentRecord record = open.cohort().get(id);
    if (record != null) {
      return Optional.of(record);
    }
    return rounds.stream()
        .filter(round -> round.round() == id.round().round())
        .flatMap(round -> round.cohort().stream())
        .filter(assignment -> assignment.id().equals(id))
        .findFirst();
  }
}
