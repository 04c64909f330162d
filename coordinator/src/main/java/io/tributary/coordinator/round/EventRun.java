package io.tributary.coordinator.round;

import io.tributary.federation.RunId;
import java.util.Optional;

/** Which run an event is about. */
final class EventRun {
  private EventRun() {}

  static Optional<RunId> of(RoundEvent event) {
    if (event instanceof RoundEvent.OfEffect ofEffect) {
      return Optional.of(ofEffect.effect().run());
    }
    if (event instanceof RoundEvent.OfOperator ofOperator) {
      return Optional.of(ofOperator(ofOperator));
    }
    if (event instanceof RoundEvent.NodeAccepted accepted) {
      return Optional.of(accepted.assignment().round().run());
    }
    if (event instanceof RoundEvent.NodeDeclined declined) {
      return Optional.of(declined.assignment().round().run());
    }
    if (event instanceof RoundEvent.NodeFailed failed) {
      return Optional.of(failed.assignment().round().run());
    }
    if (event instanceof RoundEvent.UploadRefused refused) {
      return Optional.of(refused.assignment().round().run());
    }
    if (event instanceof RoundEvent.UpdateStored stored) {
      return Optional.of(stored.assignment().round().run());
    }
    if (event instanceof RoundEvent.SiteEvaluated evaluated) {
      return Optional.of(evaluated.assignment().round().run());
    }
    if (event instanceof RoundEvent.DefectFound defect) {
      return Optional.of(defect.run());
    }
    return Optional.empty();
  }

  private static RunId ofOperator(RoundEvent.OfOperator event) {
    if (event instanceof RoundEvent.RunAsked asked) {
      return asked.spec().run();
    }
    if (event instanceof RoundEvent.StopAsked stop) {
      return stop.run();
    }
    if (event instanceof RoundEvent.PauseAsked pause) {
      return pause.run();
    }
    return ((RoundEvent.ResumeAsked) event).run();
  }
}
