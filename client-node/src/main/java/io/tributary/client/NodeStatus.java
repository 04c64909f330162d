package io.tributary.client;

import static java.util.Objects.requireNonNull;

import io.tributary.client.session.Phase;
import io.tributary.client.session.Stage;
import io.tributary.client.task.TaskProgress;
import io.tributary.federation.AssignmentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A node at one moment.
 *
 * @param reason why it is in its phase
 * @param nextConnection when the node tries again, where it is disconnected
 * @param federation as the coordinator names it; empty before the first Welcome
 * @param epoch of the coordinator; 0 before the first Welcome
 * @param work assignments without receipt
 * @param progress last report of what is being worked on
 * @param finished updates with a receipt since the start
 * @param failed assignments without an update since the start
 */
public record NodeStatus(
    Phase phase,
    String reason,
    Optional<Instant> nextConnection,
    String federation,
    long epoch,
    List<Work> work,
    Optional<TaskProgress> progress,
    long finished,
    long failed) {
  public NodeStatus {
    requireNonNull(phase, "phase");
    requireNonNull(reason, "reason");
    requireNonNull(nextConnection, "nextConnection");
    requireNonNull(federation, "federation");
    work = List.copyOf(work);
    requireNonNull(progress, "progress");
  }

  /** One assignment and how far it is. */
  public record Work(AssignmentId id, Stage stage) {}
}
