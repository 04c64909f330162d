package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.util.Optional;

/**
 * One assignment of a round.
 *
 * @param declaredExamples training examples that the node's card declared when it was drawn
 * @param reason why it ended so; empty where that is plain
 * @param askAgain whether the node may be asked again in a later attempt of the same round
 * @param norm L2 norm of the counted update's delta
 * @param sequence of the transition that last changed it
 */
public record AssignmentRecord(
    AssignmentId id,
    long declaredExamples,
    AssignmentStage stage,
    String reason,
    boolean askAgain,
    Optional<UpdateFacts> update,
    Optional<Double> norm,
    long sequence) {
  public AssignmentRecord {
    requireNonNull(id, "id");
    requireNonNull(stage, "stage");
    requireNonNull(reason, "reason");
    requireNonNull(update, "update");
    requireNonNull(norm, "norm");
  }

  public NodeName node() {
    return id.node();
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

  AssignmentRecord accepted(long at) {
    return ended(AssignmentStage.ACCEPTED, reason, false, at);
  }

  /** The same with a word about it; its stage and sequence stay, so its work is not done again. */
  AssignmentRecord noted(String why) {
    return new AssignmentRecord(id, declaredExamples, stage, why, askAgain, update, norm, sequence);
  }

  AssignmentRecord ended(AssignmentStage next, String why, boolean again, long at) {
    return new AssignmentRecord(id, declaredExamples, next, why, again, update, norm, at);
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
}
