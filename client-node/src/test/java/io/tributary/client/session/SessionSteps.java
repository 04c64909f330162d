package io.tributary.client.session;

import io.tributary.client.session.Offer.FileNeeded;
import io.tributary.client.session.Offer.GroupNeeded;
import io.tributary.client.session.SessionEvent.ConnectionLost;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** A session that a test leads step by step. */
final class SessionSteps {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final Digest CHECKPOINT = Digest.ofUtf8("checkpoint");
  static final AssignmentId FIRST = AssignmentId.parse("run-a/1/1/site");
  static final SessionRules RULES =
      new SessionRules(
          Duration.ofMillis(100),
          Duration.ofMillis(1_000),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          1,
          3);

  SessionState state = SessionState.initial();
  Instant now = START;
  List<SessionEffect> effects = List.of();
  private final SessionMachine machine;

  SessionSteps() {
    this(RULES, RandomGeneratorFactory.of("L64X128MixRandom").create(1));
  }

  SessionSteps(SessionRules rules, RandomGenerator random) {
    machine = new SessionMachine(rules, random);
  }

  /** What follows from one event; the same as {@link #effects} afterwards. */
  List<SessionEffect> on(SessionEvent event) {
    Decision decision = machine.decide(state, event, now);
    state = decision.state();
    effects = decision.effects();
    return effects;
  }

  SessionSteps joined() {
    on(new SessionEvent.Started(List.of()));
    on(new SessionEvent.Welcomed(Duration.ZERO));
    return this;
  }

  /** Joined, with the first assignment in training under ticket 1. */
  SessionSteps training() {
    joined();
    on(offered(FIRST));
    on(new SessionEvent.TaskAccepted(FIRST, 1));
    return this;
  }

  SessionSteps submitting() {
    training();
    on(new SessionEvent.TaskTrained(FIRST, 1));
    return this;
  }

  SessionSteps after(Duration wait) {
    now = now.plus(wait);
    return this;
  }

  Optional<Stage> stage(AssignmentId id) {
    return Optional.ofNullable(state.open().get(id)).map(OpenAssignment::stage);
  }

  static SessionEvent offered(AssignmentId id) {
    return offered(id, CHECKPOINT);
  }

  static SessionEvent offered(AssignmentId id, Digest checkpoint) {
    return new SessionEvent.Offered(offer(id, checkpoint));
  }

  static Offer offer(AssignmentId id, Digest checkpoint) {
    var file = new FileNeeded(Digest.ofUtf8("file"), 4);
    return new Offer(
        id,
        Offer.Work.TRAIN,
        "{}",
        Digest.ofUtf8("{}"),
        file,
        file,
        List.of(new GroupNeeded("delta", Digest.ofUtf8("layout"), "f32", 8)),
        Duration.ofSeconds(60),
        checkpoint);
  }

  static SessionEvent lost() {
    return lost(ErrorKind.UNREACHABLE);
  }

  static SessionEvent lost(ErrorKind kind) {
    return new ConnectionLost(kind, "gone: " + kind, Optional.empty());
  }

  static SessionEvent notSubmitted(ErrorKind kind) {
    return new SessionEvent.SubmissionFailed(FIRST, 1, kind, "no: " + kind, Optional.empty());
  }

  static SessionEvent receipted() {
    return new SessionEvent.Receipted(FIRST, 1, new TreeMap<>());
  }

  <E extends SessionEffect> Optional<E> effect(Class<E> kind) {
    return effects.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  Optional<NodeReply> sent() {
    return effect(SessionEffect.Send.class).map(SessionEffect.Send::reply);
  }
}
