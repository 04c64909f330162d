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
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.Drain;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.Retry;
import io.tributary.proto.v1.Superseded;
import io.tributary.transport.PeerIdentity;
import io.tributary.transport.chunk.StallWatch;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One node's Join. A message is asked for when the driver has answered the last, so that a node has
 * at most one event waiting and slows nobody but itself. The link is called from any thread.
 */
final class JoinCall implements NodeLink, StreamObserver<NodeMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(JoinCall.class);

  private final PeerIdentity peer;
  private final NodeName name;
  private final NodeOutbox out;
  private final ParticipationService.Parts parts;
  private final StallWatch.Watched silence;
  private Optional<ConnectedNode> joined = Optional.empty();

  JoinCall(
      PeerIdentity peer,
      ServerCallStreamObserver<CoordinatorMessage> out,
      ParticipationService.Parts parts) {
    this.peer = peer;
    this.name = new NodeName(peer.name().name());
    this.out = new NodeOutbox(name, out);
    this.parts = parts;
    this.silence = parts.watch().start(this::saysNothing);
    out.setOnCancelHandler(this::gone);
    out.disableAutoRequest();
    out.request(1);
  }

  /** Keep-alive finds dead connections, not living ones that want to hold a call for nothing. */
  private void saysNothing() {
    if (joined().isEmpty()) {
      out.fail(
          FederationException.of(
              ErrorKind.TIMED_OUT, "first message", "none in time", "HELLO", "Join again."));
      gone();
    }
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
      out.fail(e);
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
    out.complete();
    gone();
  }

  private void hello(NodeMessage message) {
    silence.close();
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
    told(out.send(parts.welcome()));
    LOG.debug("joined: {} examples on {}", facts.trainExamples(), facts.device());
    submit(new RoundEvent.NodeJoined(facts.profile(name), node.session(), open));
    if (out.isEnded()) {
      // it ended between: the loss was not told, or told before the driver had heard of the node
      gone();
      left(node);
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
      case EVALUATED -> {
        AssignmentId id = own(message.getEvaluated().getAssignment());
        submit(TallyReader.event(id, message.getEvaluated()));
      }
      case PROGRESS -> {
        AssignmentId id = own(message.getProgress().getAssignment());
        NodeMessages.progress(message.getProgress())
            .ifPresent(progress -> parts.driver().progress().report(id, progress));
        out.next();
      }
      case FINISHED -> {
        LOG.debug("{} finished", own(message.getFinished().getAssignment()));
        out.next();
      }
      case HELLO -> throw violation("second hello", "HELLO", "one Hello a call");
      // phases of later protocols, and messages that this version does not know
      case PHASE, MESSAGE_NOT_SET -> {
        LOG.debug("ignored a message of {}", name);
        out.next();
      }
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
              if (failure == null) {
                out.next();
                return;
              }
              out.fail(failure);
              gone();
            });
  }

  @Override
  public void assign(AssignmentOffer offer) {
    var message =
        CoordinatorMessage.newBuilder().setAssignment(NodeMessages.assignment(offer)).build();
    told(out.assign(offer.id(), message));
  }

  @Override
  public void cancel(AssignmentId assignment, String reason) {
    told(out.cancel(assignment, reason));
  }

  @Override
  public void superseded() {
    LOG.debug("superseded by a newer join: {}", name);
    last(CoordinatorMessage.newBuilder().setSuperseded(Superseded.getDefaultInstance()).build());
  }

  @Override
  public void drain(Duration returnWithin) {
    var drain = Drain.newBuilder().setReturnWithin(Times.duration(returnWithin));
    last(CoordinatorMessage.newBuilder().setDrain(drain).build());
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

  private void last(CoordinatorMessage message) {
    out.last(message);
    gone();
  }

  private void told(boolean open) {
    if (!open) {
      gone();
    }
  }

  private synchronized Optional<ConnectedNode> joined() {
    return joined;
  }

  /** Tells the loss of the connection, once; a newer Join of the name makes it unimportant. */
  private void gone() {
    silence.close();
    out.close();
    joined()
        .filter(node -> parts.registry().leave(node))
        .ifPresent(
            node -> {
              LOG.debug("away: {}", name);
              left(node);
            });
  }

  private void left(ConnectedNode node) {
    var ignored = parts.driver().submit(new RoundEvent.NodeLeft(name, node.session()));
  }

  private FederationException violation(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, what, found, rule, "Mend the client of " + name + ".");
  }
}
