package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.Role;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Reads the caller from the TLS session's certificate and judges it anew on every call: rules,
 * dates, federation, revocation. Safe for all threads.
 */
public final class CertificateAuthenticator implements PeerAuthenticator {
  private final FederationName federation;
  private final RevocationList revocations;
  private final InstantSource clock;

  public CertificateAuthenticator(
      FederationName federation, RevocationList revocations, InstantSource clock) {
    this.federation = requireNonNull(federation, "federation");
    this.revocations = requireNonNull(revocations, "revocations");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public PeerIdentity authenticate(ServerCall<?, ?> call, Metadata headers) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      throw nameless("a connection without TLS", null);
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      if (chain.length > 0 && chain[0] instanceof X509Certificate certificate) {
        return admit(CertificateRules.identify(certificate, clock.instant()));
      }
      throw nameless("no certificate", null);
    } catch (SSLPeerUnverifiedException e) {
      throw nameless("no certificate", e);
    }
  }

  private PeerIdentity admit(PeerIdentity peer) {
    if (!peer.name().federation().equals(federation)) {
      throw refusal("federation", peer.name().federation(), federation.value());
    }
    if (peer.name().role() == Role.COORDINATOR) {
      throw refusal("role", "coordinator", "node or operator");
    }
    if (revocations.isRevoked(peer.serial())) {
      throw refusal("certificate", peer.serial() + ", revoked", "one that is not revoked");
    }
    return peer;
  }

  private static FederationException refusal(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.NOT_ADMITTED, what, found, rule, "Ask the federation's operator for another.");
  }

  private static FederationException nameless(String found, @Nullable Exception cause) {
    String message =
        "client: " + found + " (expected: a certificate of the federation). Configure `tls`.";
    return cause == null
        ? new FederationException(ErrorKind.NOT_ADMITTED, message)
        : new FederationException(ErrorKind.NOT_ADMITTED, message, cause);
  }
}
