package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

/**
 * The door of every service: tells who calls, checks the role for the method and that the caller
 * has not too many calls, puts the identity into {@link PeerContext} and the call into {@link
 * OpenCalls}. All of it happens before a message is asked for, so nothing that a refused peer sends
 * is ever parsed.
 */
public final class IdentityInterceptor implements ServerInterceptor {
  private final PeerAuthenticator authenticator;
  private final AccessTable access;
  private final OpenCalls openCalls;
  private final int callsOfOne;

  /** For peers of this process, which may have any number of calls open. */
  public IdentityInterceptor(
      PeerAuthenticator authenticator, AccessTable access, OpenCalls openCalls) {
    this(authenticator, access, openCalls, Integer.MAX_VALUE);
  }

  /**
   * @param callsOfOne that one certificate may have open at a time, on all listeners together; one
   *     more is refused with FULL
   */
  public IdentityInterceptor(
      PeerAuthenticator authenticator, AccessTable access, OpenCalls openCalls, int callsOfOne) {
    this.authenticator = requireNonNull(authenticator, "authenticator");
    this.access = requireNonNull(access, "access");
    this.openCalls = requireNonNull(openCalls, "openCalls");
    this.callsOfOne = callsOfOne;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    EndableCall<Q, R> endable;
    try {
      PeerIdentity peer = authenticator.authenticate(call, headers);
      access.check(method, peer.name().role());
      endable = new EndableCall<>(call, peer, openCalls);
      openCalls.add(endable, callsOfOne);
    } catch (RuntimeException e) {
      refuse(call, ErrorStatus.toStatus(e));
      return new ServerCall.Listener<>() {};
    }
    try {
      // once more: a revocation between the first judgement and the registration missed the call
      authenticator.authenticate(call, headers);
      return endable.listen(
          Contexts.interceptCall(PeerContext.with(endable.peer()), endable, headers, next));
    } catch (RuntimeException e) {
      endable.end(ErrorStatus.toStatus(e));
      openCalls.remove(endable); // it may have been closed before
      return new ServerCall.Listener<>() {};
    }
  }

  private static void refuse(ServerCall<?, ?> call, StatusRuntimeException status) {
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
