package io.tributary.coordinator.registry;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.ArtifactRef;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a node is asked to do: train from a checkpoint, or evaluate it.
 *
 * @param evaluates whether it is to be evaluated, on the node's own validation part
 * @param plan canonical JSON of the resolved plan
 * @param base the base model's manifest
 * @param trained the checkpoint's trained tensors
 * @param statistics the checkpoint's statistics, where the model has any
 * @param control the coordinator's controls, where the algorithm has any and they are not zero
 * @param groups what the update must hold, none of an evaluation; each with the only layout, codec
 *     and size that pass
 * @param timeLeft how long the round is still open
 * @param checkpoint that the update must name as what it started from
 * @param lastCounted the node's last update that counted, where it goes on from that
 */
public record AssignmentOffer(
    AssignmentId id,
    boolean evaluates,
    String plan,
    Digest planDigest,
    ArtifactRef base,
    ArtifactRef trained,
    Optional<ArtifactRef> statistics,
    Optional<ArtifactRef> control,
    List<ExpectedGroup> groups,
    Duration timeLeft,
    Digest checkpoint,
    Optional<AssignmentId> lastCounted) {
  public AssignmentOffer {
    requireNonNull(id, "id");
    requireNonNull(plan, "plan");
    requireNonNull(planDigest, "planDigest");
    requireNonNull(base, "base");
    requireNonNull(trained, "trained");
    requireNonNull(statistics, "statistics");
    requireNonNull(control, "control");
    requireNonNull(timeLeft, "timeLeft");
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(lastCounted, "lastCounted");
    groups = List.copyOf(groups);
  }
}
