package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;

/**
 * The door of every service: tells who calls, checks the role for the method, puts the identity
 * into {@link PeerContext} and the call into {@link OpenCalls}. All of it happens before a message
 * is asked for, so nothing that a refused peer sends is ever parsed.
 */
public final class IdentityInterceptor implements ServerInterceptor {
  private final PeerAuthenticator authenticator;
  private final AccessTable access;
  private final OpenCalls openCalls;

  public IdentityInterceptor(
      PeerAuthenticator authenticator, AccessTable access, OpenCalls openCalls) {
    this.authenticator = requireNonNull(authenticator, "authenticator");
    this.access = requireNonNull(access, "access");
    this.openCalls = requireNonNull(openCalls, "openCalls");
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
    } catch (RuntimeException e) {
      refuse(call, ErrorStatus.toStatus(e));
      return new ServerCall.Listener<>() {};
    }
    openCalls.add(endable);
    try {
      // once more: a revocation between the first judgement and the registration missed the call
      authenticator.authenticate(call, headers);
    } catch (RuntimeException e) {
      endable.end(ErrorStatus.toStatus(e));
      return new ServerCall.Listener<>() {};
    }
    return endable.listen(
        Contexts.interceptCall(PeerContext.with(endable.peer()), endable, headers, next));
  }

  private static void refuse(ServerCall<?, ?> call, StatusRuntimeException status) {
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
