package io.tributary.simulations.world;

import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.Offer;
import io.tributary.client.session.SessionEvent;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A node's one task thread: examines, trains and stores for one ticket after the other, and throws
 * files away between them. What is given up ends soon and tells nothing any more.
 */
final class NodeTasks {
  private static final List<ErrorKind> FAILURES =
      List.of(
          ErrorKind.WORKER_CRASHED,
          ErrorKind.OUT_OF_MEMORY,
          ErrorKind.UNREACHABLE,
          ErrorKind.INVALID_DATA);
  private static final Duration LEAST_TRAINING = Duration.ofSeconds(5);
  private static final Duration MOST_TRAINING = Duration.ofMinutes(4);

  private record Job(long ticket, Runnable work) {}

  private final SimulatedWorld world;
  private final VirtualNode node;
  private final NodeLife life;
  private final Deque<Job> jobs = new ArrayDeque<>();
  private final Set<Long> open = new HashSet<>();
  private final Set<AssignmentId> leaving = new HashSet<>();
  private Optional<Job> running = Optional.empty();

  NodeTasks(SimulatedWorld world, VirtualNode node, NodeLife life) {
    this.world = world;
    this.node = node;
    this.life = life;
  }

  void begin(long ticket, Offer offer) {
    UpdateFacts finished = node.disk().get(offer.id());
    boolean made =
        finished != null
            && finished.checkpoint().equals(offer.checkpoint())
            && !leaving.contains(offer.id());
    Violation.unless(!made, "a finished update is not trained again", offer.id());
    open.add(ticket);
    Violation.unless(open.size() <= 1, "no node trains two assignments at once", open);
    add(new Job(ticket, () -> examine(ticket, offer)));
  }

  void stop(long ticket) {
    open.remove(ticket);
    if (running.filter(job -> job.ticket() == ticket).isPresent()) {
      world.timeline().after(world.dice().millis(0, 1_000), () -> done(ticket));
    }
  }

  void discard(AssignmentId id) {
    leaving.add(id);
    add(
        new Job(
            0,
            () -> {
              node.disk().remove(id);
              leaving.remove(id);
              done(0);
            }));
  }

  private void add(Job job) {
    jobs.add(job);
    next();
  }

  private void next() {
    if (running.isEmpty() && !jobs.isEmpty() && !life.dead()) {
      running = Optional.of(jobs.remove());
      world.timeline().after(Duration.ZERO, running.get().work());
    }
  }

  private void done(long ticket) {
    if (running.filter(job -> job.ticket() == ticket).isPresent() && !life.dead()) {
      running = Optional.empty();
      next();
    }
  }

  /** Whether somebody still wants the work; else the thread is free for the next job. */
  private boolean goesOn(long ticket) {
    if (life.dead()) {
      return false;
    }
    if (!open.contains(ticket)) {
      done(ticket);
      return false;
    }
    return true;
  }

  private void end(long ticket, SessionEvent result) {
    open.remove(ticket);
    life.post(result);
    done(ticket);
  }

  private void examine(long ticket, Offer offer) {
    world.timeline().after(world.dice().millis(0, 2_000), () -> answer(ticket, offer));
  }

  private void answer(long ticket, Offer offer) {
    if (!goesOn(ticket)) {
      return;
    }
    if (world.dice().trouble(world.storm().declines())) {
      world.trace().count("offer declined");
      DeclineReason reason = world.dice().pick(List.of(DeclineReason.values()));
      end(ticket, new SessionEvent.TaskDeclined(offer.id(), ticket, reason, "not here"));
      return;
    }
    life.post(new SessionEvent.TaskAccepted(offer.id(), ticket));
    Duration takes = world.dice().millis(LEAST_TRAINING.toMillis(), MOST_TRAINING.toMillis());
    world.timeline().after(takes, () -> trained(ticket, offer));
  }

  private void trained(long ticket, Offer offer) {
    if (!goesOn(ticket)) {
      return;
    }
    if (world.dice().trouble(world.storm().taskFails())) {
      world.trace().count("training failed");
      ErrorKind kind = world.storm().mild() ? FAILURES.get(0) : world.dice().pick(FAILURES);
      end(ticket, new SessionEvent.TaskFailed(offer.id(), ticket, kind, "it broke"));
      return;
    }
    if (offer.work() == Offer.Work.EVALUATE) {
      var found = Content.tally(node.name(), offer.checkpoint());
      end(ticket, new SessionEvent.TaskEvaluated(offer.id(), ticket, found));
      return;
    }
    node.disk().put(offer.id(), made(offer));
    world
        .timeline()
        .after(
            world.dice().millis(0, 500),
            () -> {
              if (goesOn(ticket)) {
                end(ticket, new SessionEvent.TaskTrained(offer.id(), ticket));
              }
            });
  }

  private UpdateFacts made(Offer offer) {
    boolean bad = world.dice().trouble(world.storm().badUpdate());
    String variant = bad ? "bad" : Offers.repeats(offer) ? "" : world.variant();
    return Content.update(offer.id().round(), node.name(), offer.checkpoint(), variant, bad);
  }
}
