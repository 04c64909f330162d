package io.tributary.coordinator.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.proto.v1.Cancel;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.transport.ErrorStatus;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What one node is told. Any thread may call; one lock keeps the order and is held for no longer
 * than handing a message over. A node that writes and never reads must not make the coordinator's
 * memory grow: when too many messages wait for it the call is ended, and an assignment is cancelled
 * once, however often the node names it.
 */
final class NodeOutbox {
  /** Messages that may wait beyond those that the connection takes at once. */
  static final int MOST_UNSENT = 256;

  private static final int REMEMBERED_CANCELS = 1_024;

  private final NodeName name;
  private final ServerCallStreamObserver<CoordinatorMessage> out;
  private final Set<AssignmentId> cancelled = new LinkedHashSet<>();
  private int unsent;
  private boolean ended;

  NodeOutbox(NodeName name, ServerCallStreamObserver<CoordinatorMessage> out) {
    this.name = name;
    this.out = out;
    out.setOnReadyHandler(this::ready);
  }

  private synchronized void ready() {
    unsent = 0;
  }

  /** Sends a message; false where the call is over, or over now since the node does not read. */
  synchronized boolean send(CoordinatorMessage message) {
    if (ended) {
      return false;
    }
    unsent = out.isReady() ? 0 : unsent + 1;
    if (unsent > MOST_UNSENT) {
      fail(doesNotRead());
      return false;
    }
    out.onNext(message);
    return true;
  }

  /** Sends an assignment, which may be cancelled anew. */
  synchronized boolean assign(AssignmentId id, CoordinatorMessage message) {
    cancelled.remove(id);
    return send(message);
  }

  /** Cancels an assignment unless this call's node was told so lately. */
  synchronized boolean cancel(AssignmentId id, String reason) {
    if (!cancelled.add(id)) {
      return !ended;
    }
    if (cancelled.size() > REMEMBERED_CANCELS) {
      cancelled.remove(cancelled.iterator().next());
    }
    var cancel = Cancel.newBuilder().setAssignment(id.toString()).setReason(reason);
    return send(CoordinatorMessage.newBuilder().setCancel(cancel).build());
  }

  /** Asks for the next message of the node. */
  synchronized void next() {
    if (!ended) {
      out.request(1);
    }
  }

  /** The last message of the call. */
  void last(CoordinatorMessage message) {
    end(
        () -> {
          out.onNext(message);
          out.onCompleted();
        });
  }

  /** Ends the call with what went wrong. */
  void fail(Throwable failure) {
    end(() -> out.onError(ErrorStatus.toStatus(failure)));
  }

  /** Ends the call as the node did. */
  void complete() {
    end(out::onCompleted);
  }

  /** Nothing is sent from now on. */
  void close() {
    end(() -> {});
  }

  synchronized boolean isEnded() {
    return ended;
  }

  private synchronized void end(Runnable lastWords) {
    if (ended) {
      return;
    }
    ended = true;
    if (!out.isCancelled()) {
      lastWords.run();
    }
  }

  private FederationException doesNotRead() {
    return FederationException.of(
        ErrorKind.FULL,
        "messages that " + name + " does not read",
        unsent,
        "at most " + MOST_UNSENT,
        "The node comes back by itself; look at it if this is often.");
  }
}
