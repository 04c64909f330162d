package io.tributary.client.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.tributary.client.session.NodeReply;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.task.TaskProgress;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.transport.ErrorStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open {@code Participation.Join}. Answers are always sent; progress only while the connection
 * takes it, since a lost one does no harm. Safe for several threads.
 */
public final class JoinCall implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JoinCall.class);

  private final JoinListener listener;
  private @Nullable ClientCallStreamObserver<NodeMessage> requests;
  private boolean ended;

  private JoinCall(JoinListener listener) {
    this.listener = requireNonNull(listener, "listener");
  }

  /** Opens the call and says Hello. */
  public static JoinCall open(Channel control, HelloFacts hello, JoinListener listener) {
    var call = new JoinCall(listener);
    ParticipationGrpc.newStub(control).join(call.new Responses());
    call.send(NodeWire.hello(hello));
    return call;
  }

  public void send(NodeReply reply) {
    send(NodeWire.reply(reply));
  }

  /** Sends progress unless the connection is slow; then it is left out. */
  public void send(TaskProgress progress) {
    synchronized (this) {
      if (ended || requests == null || !requests.isReady()) {
        return;
      }
    }
    send(NodeWire.progress(progress));
  }

  private synchronized void send(NodeMessage message) {
    if (!ended && requests != null) {
      try {
        requests.onNext(message);
      } catch (IllegalStateException e) {
        LOG.debug("the call has just ended; its listener is told", e);
      }
    }
  }

  /** Ends the call; the listener hears no more of it. */
  @Override
  public void close() {
    ClientCallStreamObserver<NodeMessage> open;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      open = requests;
    }
    if (open != null) {
      open.cancel("the node ends the call", null);
    }
  }

  private boolean endOnce() {
    synchronized (this) {
      boolean first = !ended;
      ended = true;
      return first;
    }
  }

  private synchronized boolean isEnded() {
    return ended;
  }

  private final class Responses implements ClientResponseObserver<NodeMessage, CoordinatorMessage> {
    @Override
    public void beforeStart(ClientCallStreamObserver<NodeMessage> stream) {
      synchronized (JoinCall.this) {
        requests = stream;
      }
    }

    @Override
    public void onNext(CoordinatorMessage message) {
      if (isEnded()) {
        return;
      }
      try {
        if (message.hasWelcome()) {
          listener.welcomed(CoordinatorWire.welcome(message.getWelcome()));
        } else {
          CoordinatorWire.event(message).ifPresent(listener::happened);
        }
      } catch (FederationException e) {
        LOG.warn("a message of the coordinator is left out: {}", e.sentence());
      }
    }

    @Override
    public void onError(Throwable failure) {
      if (endOnce()) {
        listener.happened(lost(failure));
      }
    }

    @Override
    public void onCompleted() {
      if (endOnce()) {
        listener.happened(
            new SessionEvent.ConnectionLost(
                ErrorKind.UNREACHABLE,
                "coordinator: it ended the call (expected: a call held open). The node comes back"
                    + " by itself.",
                Optional.empty()));
      }
    }
  }

  private static SessionEvent lost(Throwable failure) {
    FederationException e = ErrorStatus.fromStatus(failure);
    return new SessionEvent.ConnectionLost(e.kind(), e.sentence(), BulkClient.window(failure));
  }
}
