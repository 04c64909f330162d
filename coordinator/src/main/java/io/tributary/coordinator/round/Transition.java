package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A fact of a run's history, append-only. A run's state is the fold of its transitions; each is
 * journaled before anybody sees its consequences. The canonical JSON of every kind is a released
 * format: fields are added, never changed.
 */
public sealed interface Transition {
  /**
   * Whether a loss of power may take it away as long as nothing was journaled behind it: nobody was
   * promised anything by it, and what led to it happens again by itself, with the same outcome. It
   * is on the disk at the latest with the next transition that is not so.
   */
  default boolean repeatable() {
    return false;
  }

  /** The run exists. */
  record RunCreated(RunSpec spec) implements Transition {
    public RunCreated {
      requireNonNull(spec, "spec");
    }
  }

  /** A round starts from a checkpoint manifest; round 0 evaluates the untouched base. */
  record RoundOpened(int round, Digest checkpoint) implements Transition {
    public RoundOpened {
      requireNonNull(checkpoint, "checkpoint");
    }
  }

  /**
   * Nodes are asked.
   *
   * @param nodes asked in this attempt; empty: only those still working are waited for
   * @param target how many counted updates close the round before its deadline
   * @param promiseLost why the promise of a repeatable result does not hold any more
   */
  record CohortDrawn(int attempt, List<DrawnNode> nodes, int target, Optional<String> promiseLost)
      implements Transition {
    public CohortDrawn {
      nodes = List.copyOf(nodes);
      requireNonNull(promiseLost, "promiseLost");
    }
  }

  /** The node works on it. */
  record AssignmentAccepted(AssignmentId assignment) implements Transition {
    public AssignmentAccepted {
      requireNonNull(assignment, "assignment");
    }

    @Override
    public boolean repeatable() {
      return true;
    }
  }

  /** The node said no; {@code reason} is the wire's word. */
  record AssignmentDeclined(
      AssignmentId assignment, String reason, String sentence, boolean askAgain)
      implements Transition {
    public AssignmentDeclined {
      requireNonNull(assignment, "assignment");
      requireNonNull(reason, "reason");
      requireNonNull(sentence, "sentence");
    }
  }

  /** The node gave up. */
  record AssignmentFailed(
      AssignmentId assignment, ErrorKind error, boolean askAgain, String sentence)
      implements Transition {
    public AssignmentFailed {
      requireNonNull(assignment, "assignment");
      requireNonNull(error, "error");
      requireNonNull(sentence, "sentence");
    }
  }

  /** The update is stored; its receipt may leave once this is journaled. */
  record UpdateReceipted(AssignmentId assignment, UpdateFacts facts) implements Transition {
    public UpdateReceipted {
      requireNonNull(assignment, "assignment");
      requireNonNull(facts, "facts");
    }
  }

  /** The gate has spoken. */
  record UpdateJudged(AssignmentId assignment, Judgement judgement) implements Transition {
    public UpdateJudged {
      requireNonNull(assignment, "assignment");
      requireNonNull(judgement, "judgement");
    }

    @Override
    public boolean repeatable() {
      return true;
    }
  }

  /** Below the quorum: the cohort will be extended. */
  record AttemptExtended(int attempt, String reason) implements Transition {
    public AttemptExtended {
      requireNonNull(reason, "reason");
    }
  }

  /** No further update counts in this round; those counted are aggregated. */
  record CollectionClosed(List<AssignmentId> counted, Optional<String> promiseLost)
      implements Transition {
    public CollectionClosed {
      counted = List.copyOf(counted);
      requireNonNull(promiseLost, "promiseLost");
    }
  }

  /** The candidate is durable. */
  record AggregationFinished(Candidate candidate) implements Transition {
    public AggregationFinished {
      requireNonNull(candidate, "candidate");
    }

    @Override
    public boolean repeatable() {
      return true;
    }
  }

  /** Figures of the candidate (round 0: of the base) on the selection part. */
  record EvaluationFinished(Figures figures) implements Transition {
    public EvaluationFinished {
      requireNonNull(figures, "figures");
    }
  }

  /** Nodes are asked to evaluate the candidate (round 0: the base) on their own examples. */
  record SitesAsked(int attempt, List<DrawnNode> nodes) implements Transition {
    public SitesAsked {
      nodes = List.copyOf(nodes);
    }
  }

  /** A site told its sums. */
  record SiteReported(AssignmentId assignment, Tally tally) implements Transition {
    public SiteReported {
      requireNonNull(assignment, "assignment");
      requireNonNull(tally, "tally");
    }

    @Override
    public boolean repeatable() {
      return true;
    }
  }

  /**
   * No site is waited for any more.
   *
   * @param together figures of the examples of all sites that told
   * @param promiseLost why the promise of a repeatable result does not hold any more
   */
  record SitesEvaluated(Optional<Figures> together, Optional<String> promiseLost)
      implements Transition {
    public SitesEvaluated {
      requireNonNull(together, "together");
      requireNonNull(promiseLost, "promiseLost");
    }
  }

  /** The candidate is the global checkpoint. */
  record RoundCommitted(int round, Digest checkpoint) implements Transition {
    public RoundCommitted {
      requireNonNull(checkpoint, "checkpoint");
    }
  }

  /** The best checkpoint by the plan's metric is now that of this round. */
  record BestMoved(int round, double figure) implements Transition {}

  /** No further round: the test part is read next. */
  record RoundsEnded(CompletionReason reason) implements Transition {
    public RoundsEnded {
      requireNonNull(reason, "reason");
    }
  }

  /** Figures of the best checkpoint on the test part. */
  record TestEvaluated(int round, Figures figures) implements Transition {
    public TestEvaluated {
      requireNonNull(figures, "figures");
    }
  }

  /** Judging, aggregating or evaluating failed at the coordinator. */
  record WorkFailed(String work, ErrorKind error, String sentence) implements Transition {
    public WorkFailed {
      requireNonNull(work, "work");
      requireNonNull(error, "error");
      requireNonNull(sentence, "sentence");
    }
  }

  /** Its wait is over: the coordinator's own work is done again. */
  record WorkRetried() implements Transition {}

  /** What a node tried to submit was not taken; told once an assignment, which stays open. */
  record UploadRefused(AssignmentId assignment, String sentence) implements Transition {
    public UploadRefused {
      requireNonNull(assignment, "assignment");
      requireNonNull(sentence, "sentence");
    }
  }

  /** Held: what is open is cancelled, receipted updates stay. */
  record RunPaused(Phase phase, String reason) implements Transition {
    public RunPaused {
      requireNonNull(phase, "phase");
      requireNonNull(reason, "reason");
    }
  }

  /** Goes on in the same round; attempts count anew, and every node may be asked again. */
  record RunResumed(Phase phase, int attempt) implements Transition {
    public RunResumed {
      requireNonNull(phase, "phase");
    }
  }

  /** Ended by an operator. */
  record RunStopped(String reason) implements Transition {
    public RunStopped {
      requireNonNull(reason, "reason");
    }
  }

  /** All done. */
  record RunCompleted(CompletionReason reason) implements Transition {
    public RunCompleted {
      requireNonNull(reason, "reason");
    }
  }

  /** Can't go on. */
  record RunFailed(String reason) implements Transition {
    public RunFailed {
      requireNonNull(reason, "reason");
    }
  }

  /** A coordinator opened the journal; deadlines of open rounds start anew. */
  record CoordinatorStarted(long epoch) implements Transition {}

  /** The word that the journal stores, such as {@code RoundOpened}. */
  default String kind() {
    return getClass().getSimpleName();
  }

  /** The canonical form without the kind. */
  default JsonObject toJson() {
    return TransitionCodec.write(this);
  }

  /** Reads the canonical form of one kind; anything else is CORRUPT. */
  static Transition parse(String kind, JsonValue json) {
    return TransitionCodec.read(kind, json);
  }

  /** Every kind, sorted. */
  static List<String> kinds() {
    return TransitionCodec.kinds();
  }
}
