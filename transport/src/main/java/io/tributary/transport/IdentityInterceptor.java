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
    PeerIdentity peer;
    try {
      peer = authenticator.authenticate(call, headers);
      access.check(call.getMethodDescriptor().getFullMethodName(), peer.name().role());
    } catch (RuntimeException e) {
      refuse(call, ErrorStatus.toStatus(e));
      return new ServerCall.Listener<>() {};
    }
    var endable = new EndableCall<>(call, peer, openCalls);
    var listener =
        endable.listen(Contexts.interceptCall(PeerContext.with(peer), endable, headers, next));
    openCalls.add(endable);
    recheck(endable, call, headers);
    return listener;
  }

  /**
   * Judges once more after the call is registered: a revocation between the first judgement and the
   * registration would otherwise miss the call.
   */
  private void recheck(EndableCall<?, ?> endable, ServerCall<?, ?> call, Metadata headers) {
    try {
      authenticator.authenticate(call, headers);
    } catch (io.tributary.federation.FederationException e) {
      endable.end(ErrorStatus.toStatus(e));
    }
  }

  private static void refuse(ServerCall<?, ?> call, StatusRuntimeException status) {
    Metadata trailers = status.getTrailers();
    call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
