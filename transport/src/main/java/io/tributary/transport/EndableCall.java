package io.tributary.transport;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that a thread other than its own may end. After that its service's messages are dropped
 * and its service is told that the call was cancelled; the same happens when its service throws.
 * Locks: {@code sending} guards what goes out, {@code receiving} the service's listener. Their
 * order: {@code sending} may be taken while {@code receiving} is held, since the service sends, and
 * a call whose service throws is ended, while it receives; never the other way round.
 */
final class EndableCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final PeerIdentity peer;
  private final OpenCalls registry;
  private final Object sending = new Object();
  private final Object receiving = new Object();
  private boolean closed;
  private volatile boolean ended;
  private boolean left;
  private ServerCall.@Nullable Listener<Q> service;

  EndableCall(ServerCall<Q, R> call, PeerIdentity peer, OpenCalls registry) {
    super(call);
    this.peer = peer;
    this.registry = registry;
  }

  PeerIdentity peer() {
    return peer;
  }

  /** The listener that gRPC drives, in front of the service's. */
  ServerCall.Listener<Q> listen(ServerCall.Listener<Q> listener) {
    synchronized (receiving) {
      if (left) {
        listener.onCancel();
      } else {
        service = listener;
      }
    }
    return new Guarded();
  }

  /** Ends the call; false when it was closed before. */
  boolean end(StatusRuntimeException status) {
    synchronized (sending) {
      if (closed) {
        return false;
      }
      closed = true;
      ended = true;
      Metadata trailers = status.getTrailers();
      delegate().close(status.getStatus(), trailers == null ? new Metadata() : trailers);
    }
    leave(ServerCall.Listener::onCancel);
    return true;
  }

  @Override
  public void request(int numMessages) {
    synchronized (sending) {
      if (!ended) {
        delegate().request(numMessages);
      }
    }
  }

  @Override
  public void sendHeaders(Metadata headers) {
    synchronized (sending) {
      if (!ended) {
        delegate().sendHeaders(headers);
      }
    }
  }

  @Override
  public void sendMessage(R message) {
    synchronized (sending) {
      if (!ended) {
        delegate().sendMessage(message);
      }
    }
  }

  @Override
  public boolean isReady() {
    synchronized (sending) {
      return !ended && delegate().isReady();
    }
  }

  @Override
  public boolean isCancelled() {
    synchronized (sending) {
      return ended || delegate().isCancelled();
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    synchronized (sending) {
      if (!ended) {
        closed = true;
        delegate().close(status, trailers);
      }
    }
  }

  /** Tells the service once that the call is over. */
  private void leave(Consumer<ServerCall.Listener<Q>> last) {
    registry.remove(this);
    synchronized (receiving) {
      ServerCall.Listener<Q> listener = service;
      service = null;
      left = true;
      if (listener != null) {
        last.accept(listener);
      }
    }
  }

  private void pass(Consumer<ServerCall.Listener<Q>> event) {
    synchronized (receiving) {
      if (service == null) {
        return;
      }
      try {
        event.accept(service);
      } catch (RuntimeException e) {
        end(ErrorStatus.toStatus(e));
      }
    }
  }

  private final class Guarded extends ServerCall.Listener<Q> {
    @Override
    public void onMessage(Q message) {
      pass(listener -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      pass(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onReady() {
      pass(ServerCall.Listener::onReady);
    }

    @Override
    public void onCancel() {
      leave(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
      // closing from our side completes the call for gRPC, but not for the service
      leave(ended ? ServerCall.Listener::onCancel : ServerCall.Listener::onComplete);
    }
  }
}
