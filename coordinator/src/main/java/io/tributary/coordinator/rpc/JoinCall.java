package io.tributary.coordinator.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tributary.coordinator.registry.AssignmentOffer;
import io.tributary.coordinator.registry.ConnectedNode;
import io.tributary.coordinator.registry.NodeFacts;
import io.tributary.coordinator.registry.NodeLink;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.proto.v1.Cancel;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.Drain;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.Retry;
import io.tributary.proto.v1.Superseded;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.PeerIdentity;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One node's Join. Messages come one at a time from gRPC; the link is called from any thread, so
 * what is sent goes through one lock, which is held for no longer than handing a message over.
 */
final class JoinCall implements NodeLink, StreamObserver<NodeMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(JoinCall.class);

  private final PeerIdentity peer;
  private final NodeName name;
  private final ServerCallStreamObserver<CoordinatorMessage> out;
  private final ParticipationService.Parts parts;
  private Optional<ConnectedNode> joined = Optional.empty();
  private boolean ended;

  JoinCall(
      PeerIdentity peer,
      ServerCallStreamObserver<CoordinatorMessage> out,
      ParticipationService.Parts parts) {
    this.peer = peer;
    this.name = new NodeName(peer.name().name());
    this.out = out;
    this.parts = parts;
    out.setOnCancelHandler(this::gone);
  }

  @Override
  public void onNext(NodeMessage message) {
    MDC.put("node", name.value());
    try {
      if (joined().isEmpty()) {
        hello(message);
      } else {
        take(message);
      }
    } catch (RuntimeException e) {
      LOG.debug("ending the call of {}: {}", name, e.getMessage());
      end(() -> out.onError(ErrorStatus.toStatus(e)));
      gone();
    } finally {
      MDC.remove("node");
    }
  }

  @Override
  public void onError(Throwable failure) {
    gone();
  }

  @Override
  public void onCompleted() {
    end(out::onCompleted);
    gone();
  }

  private void hello(NodeMessage message) {
    if (!message.hasHello()) {
      throw violation("first message", message.getMessageCase(), "HELLO");
    }
    Hello hello = message.getHello();
    NodeFacts facts = NodeMessages.facts(hello, peer, parts.mostExamples());
    var open = NodeMessages.open(hello, name);
    // known before it is welcomed: whoever sees the welcome finds the node; nothing is offered to
    // it before the driver hears of it below
    ConnectedNode node = parts.registry().join(name, facts, this);
    synchronized (this) {
      joined = Optional.of(node);
    }
    send(parts.welcome());
    LOG.debug("joined: {} examples on {}", facts.trainExamples(), facts.device());
    submit(new RoundEvent.NodeJoined(facts.profile(name), node.session(), open));
    if (isEnded()) {
      // the call was cancelled between: the loss was not told, since nobody had joined
      gone();
    }
  }

  private void take(NodeMessage message) {
    switch (message.getMessageCase()) {
      case ACCEPTED ->
          submit(new RoundEvent.NodeAccepted(own(message.getAccepted().getAssignment())));
      case DECLINED -> {
        AssignmentId id = own(message.getDeclined().getAssignment());
        submit(NodeMessages.declined(id, message.getDeclined()));
      }
      case FAILED -> {
        AssignmentId id = own(message.getFailed().getAssignment());
        submit(NodeMessages.failed(id, message.getFailed()));
      }
      case PROGRESS -> {
        AssignmentId id = own(message.getProgress().getAssignment());
        NodeMessages.progress(message.getProgress())
            .ifPresent(progress -> parts.driver().progress().report(id, progress));
      }
      case FINISHED -> LOG.debug("{} finished", own(message.getFinished().getAssignment()));
      case HELLO -> throw violation("second hello", "HELLO", "one Hello a call");
      // phases of later protocols, and messages that this version does not know
      case PHASE, MESSAGE_NOT_SET -> LOG.debug("ignored a message of {}", name);
    }
  }

  private AssignmentId own(String assignment) {
    return NodeMessages.own(assignment, name);
  }

  private void submit(RoundEvent event) {
    parts
        .driver()
        .submit(event)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                end(() -> out.onError(ErrorStatus.toStatus(failure)));
                gone();
              }
            });
  }

  @Override
  public void assign(AssignmentOffer offer) {
    send(CoordinatorMessage.newBuilder().setAssignment(NodeMessages.assignment(offer)).build());
  }

  @Override
  public void cancel(AssignmentId assignment, String reason) {
    var cancel = Cancel.newBuilder().setAssignment(assignment.toString()).setReason(reason);
    send(CoordinatorMessage.newBuilder().setCancel(cancel).build());
  }

  @Override
  public void superseded() {
    LOG.debug("superseded by a newer join: {}", name);
    last(CoordinatorMessage.newBuilder().setSuperseded(Superseded.getDefaultInstance()).build());
  }

  @Override
  public void drain() {
    last(CoordinatorMessage.newBuilder().setDrain(Drain.getDefaultInstance()).build());
  }

  @Override
  public void retry(Duration least, Duration most, String reason) {
    var retry =
        Retry.newBuilder()
            .setMin(Times.duration(least))
            .setMax(Times.duration(most))
            .setReason(reason);
    last(CoordinatorMessage.newBuilder().setRetry(retry).build());
  }

  /** The last message of the call. */
  private void last(CoordinatorMessage message) {
    end(
        () -> {
          out.onNext(message);
          out.onCompleted();
        });
    gone();
  }

  private synchronized void send(CoordinatorMessage message) {
    if (!ended) {
      out.onNext(message);
    }
  }

  private void end(Runnable lastWords) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      if (out.isCancelled()) {
        return;
      }
      lastWords.run();
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private synchronized Optional<ConnectedNode> joined() {
    return joined;
  }

  /** Tells the loss of the connection, once; a newer Join of the name makes it unimportant. */
  private void gone() {
    synchronized (this) {
      ended = true;
    }
    joined()
        .filter(node -> parts.registry().leave(node))
        .ifPresent(
            node -> {
              LOG.debug("away: {}", name);
              parts.driver().submit(new RoundEvent.NodeLeft(name, node.session()));
            });
  }

  private FederationException violation(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, what, found, rule, "Mend the client of " + name + ".");
  }
}
