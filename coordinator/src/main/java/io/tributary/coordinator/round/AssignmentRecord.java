package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.util.Optional;

/**
 * One assignment of a round.
 *
 * @param evaluates whether the node was asked to evaluate the candidate, not to train
 * @param declaredExamples training examples that the node's card declared when it was drawn; of one
 *     that evaluates, validation examples
 * @param reason why it ended so; empty where that is plain
 * @param askAgain whether the node may be asked again in a later attempt of the same round
 * @param norm L2 norm of the counted update's delta
 * @param tally what a site told of its evaluation
 * @param sequence of the transition that last changed it
 */
public record AssignmentRecord(
    AssignmentId id,
    boolean evaluates,
    long declaredExamples,
    AssignmentStage stage,
    String reason,
    boolean askAgain,
    Optional<UpdateFacts> update,
    Optional<Double> norm,
    Optional<Tally> tally,
    long sequence) {
  public AssignmentRecord {
    requireNonNull(id, "id");
    requireNonNull(stage, "stage");
    requireNonNull(reason, "reason");
    requireNonNull(update, "update");
    requireNonNull(norm, "norm");
    requireNonNull(tally, "tally");
  }

  /** One that trains. */
  public AssignmentRecord(
      AssignmentId id,
      long declaredExamples,
      AssignmentStage stage,
      String reason,
      boolean askAgain,
      Optional<UpdateFacts> update,
      Optional<Double> norm,
      long sequence) {
    this(
        id,
        false,
        declaredExamples,
        stage,
        reason,
        askAgain,
        update,
        norm,
        Optional.empty(),
        sequence);
  }

  public NodeName node() {
    return id.node();
  }

  /** Whether an update may still come; of an evaluation there is none. */
  public boolean awaitsUpdate() {
    return stage.live() && !evaluates;
  }

  static AssignmentRecord offered(AssignmentId id, long declaredExamples, long sequence) {
    return new AssignmentRecord(
        id,
        declaredExamples,
        AssignmentStage.OFFERED,
        "",
        false,
        Optional.empty(),
        Optional.empty(),
        sequence);
  }

  static AssignmentRecord toEvaluate(AssignmentId id, long declaredExamples, long sequence) {
    return new AssignmentRecord(
        id,
        true,
        declaredExamples,
        AssignmentStage.OFFERED,
        "",
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        sequence);
  }

  AssignmentRecord accepted(long at) {
    return ended(AssignmentStage.ACCEPTED, reason, false, at);
  }

  /** The same with a word about it; its stage and sequence stay, so its work is not done again. */
  AssignmentRecord noted(String why) {
    return new AssignmentRecord(
        id, evaluates, declaredExamples, stage, why, askAgain, update, norm, tally, sequence);
  }

  AssignmentRecord ended(AssignmentStage next, String why, boolean again, long at) {
    return new AssignmentRecord(
        id, evaluates, declaredExamples, next, why, again, update, norm, tally, at);
  }

  AssignmentRecord received(UpdateFacts facts, long at) {
    return new AssignmentRecord(
        id,
        declaredExamples,
        AssignmentStage.RECEIVED,
        "",
        false,
        Optional.of(facts),
        Optional.empty(),
        at);
  }

  AssignmentRecord counted(double l2, long at) {
    return new AssignmentRecord(
        id, declaredExamples, AssignmentStage.COUNTED, "", false, update, Optional.of(l2), at);
  }

  AssignmentRecord evaluated(Tally sums, long at) {
    return new AssignmentRecord(
        id,
        true,
        declaredExamples,
        AssignmentStage.COUNTED,
        "",
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.of(sums),
        at);
  }
}
