package io.tributary.transport;

import io.grpc.Metadata;
import io.grpc.ServerCall;

/**
 * Tells who makes a call before its first message is read. Services use {@link
 * CertificateAuthenticator}; simulations have an in-process form of their own.
 */
@FunctionalInterface
public interface PeerAuthenticator {
  /**
   * The caller's identity.
   *
   * @throws io.tributary.federation.FederationException NOT_ADMITTED with one sentence, when there
   *     is none that counts
   */
  PeerIdentity authenticate(ServerCall<?, ?> call, Metadata headers);
}
