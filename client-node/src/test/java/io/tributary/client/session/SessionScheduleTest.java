package io.tributary.client.session;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.tributary.client.session.SessionEvent.RetryWindow;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random schedules of everything that can happen, with the session's promises after each event. */
class SessionScheduleTest {
  private static final int EVENTS = 400;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void randomSchedule_keepsEveryPromise(long seed) {
    try {
      new World(seed).run();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + " — replay: seed=" + seed, e);
    }
  }

  /** One node, one coordinator without mercy. */
  private static final class World {
    private final RandomGenerator random;
    private final SessionSteps session;

    /** Work that was begun and has not reported its end. */
    private final Map<Long, AssignmentId> running = new HashMap<>();

    private final Map<Long, AssignmentId> submitting = new HashMap<>();

    /** Finished updates on the disk. */
    private final Set<AssignmentId> disk = new HashSet<>();

    /** Why an update may leave the disk now. */
    private Optional<AssignmentId> mayLeave = Optional.empty();

    private boolean connected;

    World(long seed) {
      random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      session =
          new SessionSteps(
              SessionSteps.RULES, RandomGeneratorFactory.of("L64X128MixRandom").create(~seed));
    }

    void run() {
      step(new SessionEvent.Started(List.of()));
      for (int i = 0; i < EVENTS && !session.state.phase().terminal(); i++) {
        session.after(Duration.ofMillis(random.nextInt(3_000)));
        step(next(i));
      }
    }

    private SessionEvent next(int i) {
      if (i == EVENTS - 2 && random.nextBoolean()) {
        return new SessionEvent.StopAsked(random.nextBoolean());
      }
      return switch (random.nextInt(14)) {
        case 0, 1 -> new SessionEvent.ConnectDue();
        case 2, 3 -> new SessionEvent.Welcomed(Duration.ZERO);
        case 4 -> SessionSteps.lost();
        case 5 ->
            new SessionEvent.RetryAsked(
                new RetryWindow(Duration.ofSeconds(1), Duration.ofSeconds(2)), "later");
        case 6 ->
            random.nextInt(5) == 0
                ? new SessionEvent.DrainAsked(Duration.ZERO)
                : new SessionEvent.DataChanged();
        case 7, 8, 9 -> SessionSteps.offered(anyId());
        case 10 ->
            random.nextInt(4) == 0 ? new SessionEvent.CancelAsked(anyId(), "cancelled") : report();
        default -> report();
      };
    }

    private AssignmentId anyId() {
      String run = random.nextInt(3) == 0 ? "run-b" : "run-a";
      return AssignmentId.parse(
          run + "/" + (1 + random.nextInt(3)) + "/" + (1 + random.nextInt(2)) + "/site");
    }

    /** A result of work that runs, a late one of work that was given up, or a timer. */
    private SessionEvent report() {
      if (!submitting.isEmpty() && random.nextBoolean()) {
        return submissionReport();
      }
      if (running.isEmpty()) {
        return new SessionEvent.SubmitDue(anyId(), 1 + random.nextInt(20));
      }
      List<Long> tickets = new ArrayList<>(new java.util.TreeSet<>(running.keySet()));
      long ticket = tickets.get(random.nextInt(tickets.size()));
      AssignmentId id = java.util.Objects.requireNonNull(running.get(ticket));
      boolean examining = session.stage(id).equals(Optional.of(Stage.EXAMINING));
      if (examining && random.nextInt(4) > 0) {
        return new SessionEvent.TaskAccepted(id, ticket);
      }
      running.remove(ticket);
      if (examining) {
        return new SessionEvent.TaskDeclined(id, ticket, DeclineReason.DATA, "no");
      }
      if (random.nextInt(4) == 0) {
        return new SessionEvent.TaskFailed(id, ticket, ErrorKind.WORKER_CRASHED, "crash");
      }
      if (session.state.find(id, ticket).isPresent()) {
        disk.add(id);
      }
      return new SessionEvent.TaskTrained(id, ticket);
    }

    private SessionEvent submissionReport() {
      long ticket = submitting.keySet().iterator().next();
      AssignmentId id = java.util.Objects.requireNonNull(submitting.remove(ticket));
      ErrorKind[] kinds = {ErrorKind.UNREACHABLE, ErrorKind.FULL, ErrorKind.INTERNAL};
      if (random.nextInt(3) > 0) {
        ErrorKind kind = kinds[random.nextInt(kinds.length)];
        return new SessionEvent.SubmissionFailed(id, ticket, kind, "no", Optional.empty());
      }
      return new SessionEvent.Receipted(id, ticket, new TreeMap<>());
    }

    private void step(SessionEvent event) {
      SessionState before = session.state;
      mayLeave = leaving(event);
      for (SessionEffect effect : session.on(event)) {
        check(event, effect);
      }
      invariants(before);
    }

    private static Optional<AssignmentId> leaving(SessionEvent event) {
      if (event instanceof SessionEvent.Receipted receipted) {
        return Optional.of(receipted.id());
      }
      return event instanceof SessionEvent.CancelAsked cancel
          ? Optional.of(cancel.id())
          : Optional.empty();
    }

    private void check(SessionEvent event, SessionEffect effect) {
      if (effect instanceof SessionEffect.Begin begin) {
        assertTrue(
            session.state.open().values().stream().filter(o -> o.stage().trains()).count() <= 1,
            "two trainings at once after " + event);
        assertTrue(!disk.contains(begin.offer().id()), "trained again though finished: " + event);
        running.put(begin.ticket(), begin.offer().id());
      } else if (effect instanceof SessionEffect.Stop stop) {
        submitting.remove(stop.ticket());
      } else if (effect instanceof SessionEffect.Submit submit) {
        assertTrue(disk.contains(submit.id()), "submitted nothing after " + event);
        assertTrue(
            submitting.put(submit.ticket(), submit.id()) == null, "two submissions: " + event);
      } else if (effect instanceof SessionEffect.Discard discard) {
        boolean newerOfRun =
            event instanceof SessionEvent.Offered offered
                && offered.offer().id().round().run().equals(discard.id().round().run())
                && offered.offer().id().compareTo(discard.id()) > 0;
        boolean allowed =
            !disk.contains(discard.id())
                || newerOfRun
                || mayLeave.equals(Optional.of(discard.id()));
        assertTrue(allowed, "dropped an update for " + event);
        disk.remove(discard.id());
      } else {
        calls(event, effect);
      }
    }

    private void calls(SessionEvent event, SessionEffect effect) {
      if (effect instanceof SessionEffect.Connect) {
        assertTrue(!connected, "a second call for " + event);
        connected = true;
      } else if (effect instanceof SessionEffect.Disconnect) {
        connected = false;
      } else if (effect instanceof SessionEffect.ConnectAt at) {
        connected = false;
        long wait = Duration.between(session.now, at.time()).toMillis();
        assertTrue(wait >= 0 && wait <= 2_000, "wait of " + wait + " ms");
      } else if (effect instanceof SessionEffect.Send) {
        assertTrue(session.state.phase() != Phase.DISCONNECTED, "sent into the void: " + event);
      }
    }

    private void invariants(SessionState before) {
      SessionState state = session.state;
      assertTrue(state.nextTicket() >= before.nextTicket(), "tickets only grow");
      assertTrue(state.ended().size() <= 3, "memory is bounded");
      for (OpenAssignment open : state.open().values()) {
        boolean onDisk = disk.contains(open.id());
        boolean done = open.stage() == Stage.HELD || open.stage() == Stage.SUBMITTING;
        if (onDisk != done) {
          fail(open + " but on disk: " + onDisk);
        }
      }
      if (!state.phase().terminal()) {
        assertTrue(state.open().keySet().containsAll(disk), "a finished update nobody thinks of");
      }
    }
  }
}
