package io.tributary.client.session;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import java.time.Instant;

/**
 * An assignment that is worked on, or whose finished update has no receipt yet.
 *
 * @param ticket of the work now done for it; results that carry another one are of work given up
 * @param checkpoint that training starts from
 * @param closesAt when the round's time is over, as last told
 * @param tries submissions that failed since the update was finished
 */
public record OpenAssignment(
    AssignmentId id, long ticket, Stage stage, Digest checkpoint, Instant closesAt, int tries) {
  public OpenAssignment {
    requireNonNull(id, "id");
    requireNonNull(stage, "stage");
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(closesAt, "closesAt");
  }

  OpenAssignment at(Stage next) {
    return new OpenAssignment(id, ticket, next, checkpoint, closesAt, tries);
  }

  OpenAssignment closing(Instant time) {
    return new OpenAssignment(id, ticket, stage, checkpoint, time, tries);
  }

  OpenAssignment heldAfterFailure() {
    return new OpenAssignment(id, ticket, Stage.HELD, checkpoint, closesAt, tries + 1);
  }
}
