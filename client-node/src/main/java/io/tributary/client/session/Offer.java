package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the coordinator asks of this node, as it came; nothing in it has been checked against policy
 * or data.
 *
 * @param plan canonical JSON of the resolved plan
 * @param planDigest digest of that text
 * @param base manifest of the base model
 * @param trained the checkpoint's trained tensors
 * @param statistics the checkpoint's statistics, where the model has any
 * @param control the checkpoint's controls, where the algorithm has any and they are not zero
 * @param groups what the update must hold
 * @param timeLeft until the round closes
 * @param checkpoint manifest digest of the checkpoint, which an update names
 * @param lastCounted this node's last update of the run that counted, where the plan goes on from
 *     what was kept with it
 */
public record Offer(
    AssignmentId id,
    Work work,
    String plan,
    Digest planDigest,
    FileNeeded base,
    FileNeeded trained,
    Optional<FileNeeded> statistics,
    Optional<FileNeeded> control,
    List<GroupNeeded> groups,
    Duration timeLeft,
    Digest checkpoint,
    Optional<AssignmentId> lastCounted) {
  /** An offer of a run in which nodes keep nothing, and whose model has no statistics. */
  public Offer(
      AssignmentId id,
      Work work,
      String plan,
      Digest planDigest,
      FileNeeded base,
      FileNeeded trained,
      List<GroupNeeded> groups,
      Duration timeLeft,
      Digest checkpoint) {
    this(
        id,
        work,
        plan,
        planDigest,
        base,
        trained,
        Optional.empty(),
        Optional.empty(),
        groups,
        timeLeft,
        checkpoint,
        Optional.empty());
  }

  public Offer {
    requireNonNull(id, "id");
    requireNonNull(work, "work");
    requireNonNull(plan, "plan");
    requireNonNull(planDigest, "planDigest");
    requireNonNull(base, "base");
    requireNonNull(trained, "trained");
    requireNonNull(statistics, "statistics");
    requireNonNull(control, "control");
    groups = List.copyOf(groups);
    requireNonNull(timeLeft, "timeLeft");
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(lastCounted, "lastCounted");
  }

  /** What kind of work is asked. */
  public enum Work {
    TRAIN,
    EVALUATE,
    /** A kind that this version does not know. */
    UNKNOWN
  }

  /** A file by digest; size in bytes. */
  public record FileNeeded(Digest digest, long size) {
    public FileNeeded {
      requireNonNull(digest, "digest");
    }
  }

  /**
   * One group of the update.
   *
   * @param layout digest of the only layout that passes the gate
   * @param size of the canonical file, bytes
   */
  public record GroupNeeded(String name, Digest layout, String codec, long size) {
    public GroupNeeded {
      requireNonNull(name, "name");
      requireNonNull(layout, "layout");
      requireNonNull(codec, "codec");
    }
  }
}
