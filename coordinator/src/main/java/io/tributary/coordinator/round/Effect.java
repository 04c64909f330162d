package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Work outside the machine. Repeatable: after a crash it is derived again from the journal, so
 * doing it twice must do no harm.
 */
public sealed interface Effect {
  EffectId id();

  /** The run it is done for. */
  default RunId run() {
    return id().run();
  }

  /**
   * Send the assignment to the node's connection of this session. The same assignment may be
   * offered again (new connection, more time).
   *
   * @param closesAt when the round closes, in the driver's time
   * @param evaluates whether the checkpoint is to be evaluated, not trained from
   * @param lastCounted the node's last update of the run that counted, where it goes on from that
   */
  record OfferAssignment(
      EffectId id,
      AssignmentId assignment,
      boolean evaluates,
      long session,
      RunSpec spec,
      Checkpoint checkpoint,
      Instant closesAt,
      Optional<AssignmentId> lastCounted)
      implements Effect {
    public OfferAssignment {
      requireNonNull(id, "id");
    }
  }

  /** Tell the node that the assignment is over; lost ones do no harm. */
  record CancelAssignment(EffectId id, AssignmentId assignment, long session, String reason)
      implements Effect {
    public CancelAssignment {
      requireNonNull(id, "id");
    }
  }

  /** Put the gate's question; answer with {@link RoundEvent.JudgementReady}. */
  record JudgeUpdate(
      EffectId id,
      AssignmentId assignment,
      UpdateFacts facts,
      long declaredExamples,
      RunSpec spec,
      Checkpoint checkpoint)
      implements Effect {
    public JudgeUpdate {
      requireNonNull(id, "id");
    }
  }

  /**
   * Make the candidate from the spooled updates; answer with {@link RoundEvent.AggregateReady} once
   * checkpoint and manifest are durable.
   *
   * @param counted in node-name order; each has its facts
   * @param nodes of how many nodes those that counted are a part
   */
  record Aggregate(
      EffectId id,
      RoundId round,
      RunSpec spec,
      Checkpoint base,
      List<AssignmentRecord> counted,
      int nodes)
      implements Effect {
    public Aggregate {
      requireNonNull(id, "id");
      counted = List.copyOf(counted);
    }
  }

  /** Which held-out part. */
  enum Part {
    SELECTION,
    TEST
  }

  /** Evaluate a checkpoint; answer with {@link RoundEvent.EvaluationReady}. */
  record Evaluate(EffectId id, RoundId round, RunSpec spec, Checkpoint checkpoint, Part part)
      implements Effect {
    public Evaluate {
      requireNonNull(id, "id");
    }
  }

  /**
   * Remove what is in the spool of these assignments, of whose rounds others are still needed; no
   * answer.
   */
  record ClearUpdates(EffectId id, RoundId before, Set<AssignmentId> over) implements Effect {
    public ClearUpdates {
      requireNonNull(id, "id");
      requireNonNull(before, "before");
      over = Set.copyOf(over);
    }
  }

  /** Remove the spool of the run's rounds up to and including this one; no answer. */
  record ClearSpool(EffectId id, RoundId upTo) implements Effect {
    public ClearSpool {
      requireNonNull(id, "id");
    }
  }

  /**
   * Remove checkpoints that no run needs any more; no answer. An artifact that was written and not
   * yet journaled may have the digest of a dropped one (the same plan run again): the executor
   * holds such artifacts back.
   *
   * @param drop digests of manifests and trained tensors, none of which any run keeps
   */
  record ApplyRetention(EffectId id, Set<Digest> drop) implements Effect {
    public ApplyRetention {
      requireNonNull(id, "id");
      drop = Set.copyOf(drop);
    }
  }
}
