package io.tributary.coordinator.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusRuntimeException;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.driver.RunSnapshot;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.transport.ErrorStatus;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The submissions under way, one an assignment: of two the newest wins. Lock order: this object's
 * lock is never held while a submission's is taken.
 */
final class Submissions {
  /** Where bytes and events go. */
  record Parts(Spool spool, RoundDriver driver, FetchedBytes fetched, Failpoints failpoints) {}

  private static final Set<ErrorKind> NOBODYS_FAULT =
      EnumSet.of(ErrorKind.STALE, ErrorKind.CANCELLED, ErrorKind.NOT_READY);

  private final Parts parts;
  private final Map<AssignmentId, SubmitUpload> open = new HashMap<>();

  Submissions(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
  }

  Parts parts() {
    return parts;
  }

  /** A submission by this node, of which nothing is known yet. */
  SubmitUpload begin(NodeName node) {
    return new SubmitUpload(node, this);
  }

  /**
   * The record of an assignment that is open or has been receipted; of any other there is nothing
   * to take.
   */
  AssignmentRecord record(AssignmentId id) {
    return parts.driver().past().assignment(run(id).state(), id).orElseThrow(() -> over(id));
  }

  RunSnapshot run(AssignmentId id) {
    return parts
        .driver()
        .snapshot(id.round().run())
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "run " + id.round().run(),
                    "unknown",
                    "a run of this coordinator",
                    "Throw the update away."));
  }

  static FederationException over(AssignmentId id) {
    return stale(id, "over");
  }

  /** The same for an assignment that is known still, with why it ended. */
  static FederationException over(AssignmentRecord record) {
    return record.reason().isEmpty()
        ? over(record.id())
        : stale(record.id(), "over: " + record.reason());
  }

  private static FederationException stale(AssignmentId id, String found) {
    return FederationException.of(
        ErrorKind.STALE,
        "assignment " + id,
        found,
        "an assignment whose round is open",
        "Throw the update away and wait for the next assignment.");
  }

  /** Bytes for a run that is held can wait; the node keeps them. */
  static FederationException held(AssignmentId id) {
    return FederationException.of(
        ErrorKind.NOT_READY,
        "assignment " + id,
        "its run is held",
        "an active run",
        "Keep the update until it is resumed.");
  }

  /**
   * Makes this the submission of its assignment once an older one has let go of its files; that is
   * told that it is over. NOT_READY while the older one is being receipted: it stays then, until it
   * has its answer.
   */
  void enter(AssignmentId id, SubmitUpload upload) {
    Optional<SubmitUpload> older = current(id);
    older.ifPresent(SubmitUpload::supersede);
    while (!replace(id, older, upload)) {
      older = current(id);
      older.ifPresent(SubmitUpload::supersede);
    }
  }

  private Optional<SubmitUpload> current(AssignmentId id) {
    synchronized (open) {
      return Optional.ofNullable(open.get(id));
    }
  }

  /** False where another one came between. */
  private boolean replace(AssignmentId id, Optional<SubmitUpload> older, SubmitUpload upload) {
    synchronized (open) {
      SubmitUpload now = open.get(id);
      if (now != null && now != older.orElse(null)) {
        return false;
      }
      open.put(id, upload);
      return true;
    }
  }

  /**
   * Tells the run why an upload of an open assignment was not taken, so that operators see it
   * whether its node tells or not. Cut calls, and those that a newer one or the run's end made
   * void, are nobody's fault.
   */
  void refused(AssignmentId id, Throwable reason) {
    if (reason instanceof FederationException || reason instanceof StatusRuntimeException) {
      FederationException refusal = ErrorStatus.fromStatus(reason);
      if (!NOBODYS_FAULT.contains(refusal.kind())) {
        String sentence = NodeMessages.sentence(refusal.sentence());
        var unused = parts.driver().submit(new RoundEvent.UploadRefused(id, sentence));
      }
    }
  }

  void leave(AssignmentId id, SubmitUpload upload) {
    synchronized (open) {
      open.remove(id, upload);
    }
  }
}
