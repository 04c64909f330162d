package io.tributary.client.rpc;

import com.google.protobuf.Duration;
import io.tributary.client.session.Offer;
import io.tributary.client.session.SessionEvent;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.Drain;
import io.tributary.proto.v1.ExpectedGroup;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.Retry;
import io.tributary.proto.v1.Welcome;
import java.util.Optional;

/**
 * What the coordinator says, as events. Malformed ids and digests are refused with
 * INVALID_ARGUMENT; messages of a later version are left out.
 */
final class CoordinatorWire {
  private CoordinatorWire() {}

  static WelcomeFacts welcome(Welcome welcome) {
    return new WelcomeFacts(
        duration(welcome.getLease()),
        welcome.getEpoch(),
        welcome.getBulkPort(),
        welcome.getFederation(),
        duration(welcome.getReturnWithin()));
  }

  static Optional<SessionEvent> event(CoordinatorMessage message) {
    return switch (message.getMessageCase()) {
      case ASSIGNMENT -> Optional.of(new SessionEvent.Offered(offer(message.getAssignment())));
      case CANCEL ->
          Optional.of(
              new SessionEvent.CancelAsked(
                  AssignmentId.parse(message.getCancel().getAssignment()),
                  message.getCancel().getReason()));
      case RETRY -> Optional.of(retry(message.getRetry()));
      case SUPERSEDED -> Optional.of(new SessionEvent.SupersededByOther());
      case DRAIN -> Optional.of(drain(message.getDrain()));
      case WELCOME, PHASE, MESSAGE_NOT_SET -> Optional.empty();
    };
  }

  private static SessionEvent drain(Drain drain) {
    return new SessionEvent.DrainAsked(duration(drain.getReturnWithin()));
  }

  private static SessionEvent retry(Retry retry) {
    var window = new SessionEvent.RetryWindow(duration(retry.getMin()), duration(retry.getMax()));
    return new SessionEvent.RetryAsked(window, retry.getReason());
  }

  private static Offer offer(Assignment assignment) {
    return new Offer(
        AssignmentId.parse(assignment.getId()),
        work(assignment),
        assignment.getPlan(),
        Digest.parse(assignment.getPlanDigest()),
        file(assignment.getBase()),
        file(assignment.getTrained()),
        assignment.hasStatistics()
            ? Optional.of(file(assignment.getStatistics()))
            : Optional.empty(),
        assignment.hasControl() ? Optional.of(file(assignment.getControl())) : Optional.empty(),
        assignment.getGroupsList().stream().map(CoordinatorWire::group).toList(),
        duration(assignment.getTimeLeft()),
        Digest.parse(assignment.getCheckpoint()),
        assignment.getLastCounted().isEmpty()
            ? Optional.empty()
            : Optional.of(AssignmentId.parse(assignment.getLastCounted())));
  }

  private static Offer.Work work(Assignment assignment) {
    return switch (assignment.getWork()) {
      case WORK_TRAIN -> Offer.Work.TRAIN;
      case WORK_EVALUATE -> Offer.Work.EVALUATE;
      case WORK_UNSPECIFIED, UNRECOGNIZED -> Offer.Work.UNKNOWN;
    };
  }

  private static Offer.FileNeeded file(FileReference file) {
    return new Offer.FileNeeded(Digest.parse(file.getDigest()), file.getSize());
  }

  private static Offer.GroupNeeded group(ExpectedGroup group) {
    return new Offer.GroupNeeded(
        group.getName(), Digest.parse(group.getLayoutDigest()), group.getCodec(), group.getSize());
  }

  private static java.time.Duration duration(Duration wire) {
    return java.time.Duration.ofSeconds(wire.getSeconds(), wire.getNanos());
  }
}
