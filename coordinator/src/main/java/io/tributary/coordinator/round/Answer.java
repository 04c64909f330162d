package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/** What the sender of an event is told, after its consequences are journaled. */
public sealed interface Answer {
  /** Taken; nothing more to say. */
  record Done() implements Answer {}

  /**
   * The update is stored and will not be lost; the same for a repeated submission.
   *
   * @param facts of the update that was stored first
   */
  record Receipted(AssignmentId assignment, UpdateFacts facts) implements Answer {
    /** Names the update; computed when asked for, so not by the thread that decides. */
    public Digest update() {
      return facts.digest();
    }
  }

  /** Too late, or not known any more: the round, attempt or effect is over. */
  record Stale(String sentence) implements Answer {}

  /** Not possible. */
  record Refused(ErrorKind kind, String sentence) implements Answer {}

  static Answer done() {
    return new Done();
  }

  static Answer stale(String sentence) {
    return new Stale(sentence);
  }

  /** This answer, or the exception that says why there is none (kinds STALE and the refusal's). */
  default Answer orThrow() {
    if (this instanceof Stale stale) {
      throw new FederationException(ErrorKind.STALE, stale.sentence());
    }
    if (this instanceof Refused refused) {
      throw new FederationException(refused.kind(), refused.sentence());
    }
    return this;
  }
}
