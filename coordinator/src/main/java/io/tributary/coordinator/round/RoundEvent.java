package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.util.List;
import java.util.Optional;

/** What the outside tells the machine: wishes of operators, words of nodes, results of effects. */
public sealed interface RoundEvent {
  /** Something about nodes. */
  sealed interface OfNode extends RoundEvent {}

  /** Something that an operator wants. */
  sealed interface OfOperator extends RoundEvent {}

  /** The outcome of an effect; {@code effect} is the identity it was executed under. */
  sealed interface OfEffect extends RoundEvent {
    EffectId effect();
  }

  /** A run is wanted; its base and checkpoint 0 are durable. */
  record RunAsked(RunSpec spec) implements OfOperator {
    public RunAsked {
      requireNonNull(spec, "spec");
    }
  }

  /** A run shall end. */
  record StopAsked(RunId run, String by) implements OfOperator {}

  /** A run shall be held. */
  record PauseAsked(RunId run, String by) implements OfOperator {}

  /** A held run shall go on. */
  record ResumeAsked(RunId run) implements OfOperator {}

  /**
   * A node joined.
   *
   * @param session larger than that of any join before in this process's life
   * @param open assignments that the node says it works on or holds finished updates of
   */
  record NodeJoined(NodeProfile profile, long session, List<AssignmentId> open) implements OfNode {
    public NodeJoined {
      requireNonNull(profile, "profile");
      open = List.copyOf(open);
    }
  }

  /** A node's connection is gone; ignored when a newer session of the node is known. */
  record NodeLeft(NodeName node, long session) implements OfNode {}

  /** The node works on its assignment. */
  record NodeAccepted(AssignmentId assignment) implements OfNode {}

  /**
   * The node refuses its assignment.
   *
   * @param reason the wire's word, such as {@code BUSY}
   * @param askAgain whether a later attempt may ask it again
   */
  record NodeDeclined(AssignmentId assignment, String reason, String sentence, boolean askAgain)
      implements OfNode {}

  /** The node's assignment ended without an update. */
  record NodeFailed(AssignmentId assignment, ErrorKind error, boolean retryable, String sentence)
      implements OfNode {}

  /** What the node tried to submit was not taken; its assignment stays open. */
  record UploadRefused(AssignmentId assignment, String sentence) implements OfNode {
    public UploadRefused {
      requireNonNull(assignment, "assignment");
      requireNonNull(sentence, "sentence");
    }
  }

  /** An update's bytes are verified and its files and folder forced. */
  record UpdateStored(AssignmentId assignment, UpdateFacts facts) implements OfNode {
    public UpdateStored {
      requireNonNull(assignment, "assignment");
      requireNonNull(facts, "facts");
    }
  }

  /** A site has evaluated the candidate on its own examples. */
  record SiteEvaluated(AssignmentId assignment, Tally tally) implements OfNode {
    public SiteEvaluated {
      requireNonNull(assignment, "assignment");
      requireNonNull(tally, "tally");
    }
  }

  /** The gate has spoken. */
  record JudgementReady(EffectId effect, Judgement judgement) implements OfEffect {}

  /** The candidate checkpoint is durable; {@code finite} says whether every number in it is. */
  record AggregateReady(EffectId effect, Candidate candidate, boolean finite) implements OfEffect {}

  /** A held-out part is evaluated. */
  record EvaluationReady(EffectId effect, Figures figures) implements OfEffect {}

  /** An effect could not be done. */
  record EffectFailed(EffectId effect, ErrorKind error, String sentence) implements OfEffect {}

  /** Nothing happened but time. */
  record TimePassed() implements RoundEvent {}

  /** A coordinator opened the journal. */
  record Restarted(long epoch) implements RoundEvent {}

  /** A defect in the decision about an event of a run; the run is held with the reason. */
  record DefectFound(RunId run, String sentence) implements RoundEvent {}

  /** The run that the event is about; empty for those about nodes or time alone. */
  default Optional<RunId> concerns() {
    return EventRun.of(this);
  }
}
