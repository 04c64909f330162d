package io.tributary.simulations.engine;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.session.Decision;
import io.tributary.client.session.NodeReply;
import io.tributary.client.session.Offer;
import io.tributary.client.session.OpenAssignment;
import io.tributary.client.session.SessionEffect;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.session.SessionState;
import io.tributary.coordinator.registry.AssignmentOffer;
import io.tributary.coordinator.registry.NodeLink;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.rpc.DirectNode;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node without threads, files or connections of its own: the client's session in the
 * coordinator's process. Its events run on whatever thread brings them; what they ask for is done
 * outside of its lock, so that training never holds it.
 */
final class VirtualNode implements NodeLink {
  private static final Logger LOG = LoggerFactory.getLogger(VirtualNode.class);

  private final VirtualSite site;
  private final NodeSurroundings around;
  private final CompletableFuture<Void> entered = new CompletableFuture<>();
  private SessionState state = SessionState.initial();
  private Optional<DirectNode> call = Optional.empty();
  private final SortedMap<AssignmentId, Held> made = new TreeMap<>();
  private long stepsPerRound;

  /** A finished update, and what the coordinator is told with it. */
  private record Held(MadeUpdate update, UpdateFacts facts) {}

  VirtualNode(VirtualSite site, NodeSurroundings around) {
    this.site = site;
    this.around = around;
  }

  /** Joins; the stage ends when the node may be drawn. */
  CompletionStage<Void> start() {
    tell(new SessionEvent.Started(List.of()));
    return entered;
  }

  void stop() {
    tell(new SessionEvent.StopAsked(true));
  }

  private void tell(SessionEvent event) {
    List<SessionEffect> effects;
    synchronized (this) {
      Decision decision = around.machine().decide(state, event, around.clock().instant());
      state = decision.state();
      effects = decision.effects();
    }
    for (SessionEffect effect : effects) {
      execute(effect);
    }
  }

  private void execute(SessionEffect effect) {
    if (effect instanceof SessionEffect.Begin begin) {
      work(begin.ticket(), begin.offer());
    } else if (effect instanceof SessionEffect.Send send) {
      send(send.reply());
    } else if (effect instanceof SessionEffect.Submit submit) {
      submit(submit.id(), submit.ticket());
    } else if (effect instanceof SessionEffect.Discard discard) {
      discard(discard.id());
    } else if (effect instanceof SessionEffect.Connect) {
      connect();
    } else if (effect instanceof SessionEffect.ConnectAt at) {
      later(at.time(), new SessionEvent.ConnectDue());
    } else if (effect instanceof SessionEffect.SubmitAt at) {
      later(at.time(), new SessionEvent.SubmitDue(at.id(), at.ticket()));
    } else if (effect instanceof SessionEffect.Disconnect) {
      leave();
    }
    // Stop: work asks whether it was given up; End: nothing is left to free
  }

  private void connect() {
    DirectNode node = around.peers().join(site.name(), around.facts(site), this);
    synchronized (this) {
      call = Optional.of(node);
    }
    tell(new SessionEvent.Welcomed(Duration.ZERO));
    var unused =
        node.enter()
            .whenComplete(
                (done, failure) -> {
                  if (failure == null) {
                    entered.complete(null);
                  } else {
                    entered.completeExceptionally(failure);
                  }
                });
  }

  private void leave() {
    Optional<DirectNode> open;
    synchronized (this) {
      open = call;
      call = Optional.empty();
    }
    open.ifPresent(DirectNode::leave);
  }

  private synchronized Optional<DirectNode> call() {
    return call;
  }

  private void later(Instant time, SessionEvent event) {
    around.later(Duration.between(around.clock().instant(), time), () -> tell(event));
  }

  private void work(long ticket, Offer offer) {
    AssignmentId id = offer.id();
    Optional<LocalWork.Refusal> refusal = around.refusal(site, offer);
    if (refusal.isPresent()) {
      LocalWork.Refusal told = refusal.get();
      tell(new SessionEvent.TaskDeclined(id, ticket, told.reason(), told.sentence()));
      return;
    }
    tell(new SessionEvent.TaskAccepted(id, ticket));
    try {
      LocalTask task = around.task(site, offer, steps(), () -> isGivenUp(id, ticket));
      if (offer.work() == Offer.Work.EVALUATE) {
        var unused =
            around
                .work()
                .evaluate(task)
                .whenComplete((tally, failure) -> evaluated(ticket, offer, tally, failure));
        return;
      }
      var unused =
          around
              .work()
              .train(task)
              .whenComplete((update, failure) -> done(ticket, offer, update, failure));
    } catch (RuntimeException e) {
      done(ticket, offer, null, e);
    }
  }

  private void evaluated(
      long ticket, Offer offer, @Nullable Tally tally, @Nullable Throwable failure) {
    if (tally == null) {
      failed(ticket, offer.id(), failure);
    } else {
      tell(new SessionEvent.TaskEvaluated(offer.id(), ticket, tally));
    }
  }

  private void done(
      long ticket, Offer offer, @Nullable MadeUpdate update, @Nullable Throwable failure) {
    if (update != null) {
      keep(ticket, offer, update);
      tell(new SessionEvent.TaskTrained(offer.id(), ticket));
    } else {
      failed(ticket, offer.id(), failure);
    }
  }

  private void failed(long ticket, AssignmentId id, @Nullable Throwable failure) {
    if (cause(failure) instanceof FederationException e) {
      LOG.debug("{}: {}", id, e.sentence());
      tell(new SessionEvent.TaskFailed(id, ticket, e.kind(), e.sentence()));
    } else {
      LOG.error("{}: the task failed unexpectedly", id, failure);
      String sentence = "task: " + failure + " (expected: none). See the log.";
      tell(new SessionEvent.TaskFailed(id, ticket, ErrorKind.INTERNAL, sentence));
    }
  }

  private static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private synchronized long steps() {
    return stepsPerRound;
  }

  private synchronized boolean isGivenUp(AssignmentId id, long ticket) {
    OpenAssignment open = state.open().get(id);
    return open == null || open.ticket() != ticket;
  }

  private synchronized void keep(long ticket, Offer offer, MadeUpdate update) {
    if (!isGivenUp(offer.id(), ticket)) {
      made.put(offer.id(), new Held(update, NodeWords.facts(update, offer)));
      stepsPerRound = stepsPerRound == 0 ? update.stepsPerRound() : stepsPerRound;
    }
  }

  private synchronized void discard(AssignmentId id) {
    made.remove(id);
  }

  private synchronized @Nullable Held look(AssignmentId id) {
    return made.get(id);
  }

  private void send(NodeReply reply) {
    call().ifPresent(node -> NodeWords.event(reply).ifPresent(node::tell));
  }

  private void submit(AssignmentId id, long ticket) {
    Held held = look(id);
    Optional<DirectNode> node = call();
    if (held == null || node.isEmpty()) {
      return; // given up or cut off in between: the session has heard of it
    }
    var unused =
        node.get()
            .submit(id, held.facts, NodeWords.bytes(held.update))
            .whenComplete((receipt, failure) -> submitted(id, ticket, held.update, failure));
  }

  private void submitted(
      AssignmentId id, long ticket, MadeUpdate update, @Nullable Throwable failure) {
    if (failure == null) {
      tell(new SessionEvent.Receipted(id, ticket, update.metrics()));
      return;
    }
    Throwable cause = cause(failure);
    ErrorKind kind = cause instanceof FederationException e ? e.kind() : ErrorKind.INTERNAL;
    String sentence = String.valueOf(cause == null ? failure : cause.getMessage());
    tell(new SessionEvent.SubmissionFailed(id, ticket, kind, sentence, Optional.empty()));
  }

  @Override
  public void assign(AssignmentOffer offer) {
    around.begin(site.name(), () -> tell(new SessionEvent.Offered(NodeWords.offer(offer))));
  }

  @Override
  public void cancel(AssignmentId assignment, String reason) {
    tell(new SessionEvent.CancelAsked(assignment, reason));
  }

  @Override
  public void superseded() {
    tell(new SessionEvent.SupersededByOther());
  }

  @Override
  public void drain(Duration returnWithin) {
    tell(new SessionEvent.DrainAsked(returnWithin));
  }

  @Override
  public void retry(Duration least, Duration most, String reason) {
    tell(new SessionEvent.RetryAsked(new SessionEvent.RetryWindow(least, most), reason));
  }
}
