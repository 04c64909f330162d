package io.tributary.simulations.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import io.tributary.transport.PeerAuthenticator;
import io.tributary.transport.PeerIdentity;
import java.time.Instant;

/**
 * Who calls within one process: the channel says it in a header, since nobody else can reach the
 * server. Over a network such a header means nothing: there the certificate counts alone.
 */
final class VirtualIdentity implements PeerAuthenticator {
  private static final Metadata.Key<String> PEER =
      Metadata.Key.of("tributary-virtual-peer", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SERIAL = "0";

  @Override
  public PeerIdentity authenticate(ServerCall<?, ?> call, Metadata headers) {
    String uri = headers.get(PEER);
    if (uri == null) {
      throw FederationException.of(
          ErrorKind.NOT_ADMITTED, "virtual peer", "no name", "a name", "Call through its channel.");
    }
    return new PeerIdentity(PeerName.parse(uri), SERIAL, Instant.MAX);
  }

  /** Puts a peer's name on every call of a channel. */
  static ClientInterceptor of(PeerName peer) {
    requireNonNull(peer, "peer");
    return new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(
          MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
          @Override
          public void start(Listener<R> listener, Metadata headers) {
            headers.put(PEER, peer.uri());
            super.start(listener, headers);
          }
        };
      }
    };
  }
}
