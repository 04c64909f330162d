package io.tributary.transport;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Counts a listener's open connections by certificate. One more than the limit is closed right
 * after its handshake, with a reason that lets its peer try again later: a node's old connections
 * may be dead and not found out yet. Safe for all threads.
 */
final class ConnectionLimit extends ServerTransportFilter {
  private static final Attributes.Key<BigInteger> COUNTED = Attributes.Key.create("serial");

  private final int most;
  private final Map<BigInteger, Integer> open = new HashMap<>();

  ConnectionLimit(int most) {
    this.most = most;
  }

  @Override
  public Attributes transportReady(Attributes attributes) {
    BigInteger serial = serial(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    synchronized (open) {
      int now = open.merge(serial, 1, Integer::sum);
      if (now > most) {
        left(serial);
        throw refusal(serial, now);
      }
    }
    return attributes.toBuilder().set(COUNTED, serial).build();
  }

  /** Ends the connection with this code of HTTP/2, which the peer's gRPC reads as FULL. */
  private RuntimeException refusal(BigInteger serial, int connections) {
    FederationException refusal =
        FederationException.of(
            ErrorKind.FULL,
            "connections of certificate " + serial.toString(16),
            connections,
            "at most " + most,
            "Close others first.");
    return new IllegalStateException(
        refusal.sentence(),
        Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, refusal.sentence()));
  }

  /** Without attributes where the connection never came so far, or was refused here. */
  @Override
  public void transportTerminated(@Nullable Attributes attributes) {
    BigInteger serial = attributes == null ? null : attributes.get(COUNTED);
    if (serial != null) {
      synchronized (open) {
        left(serial);
      }
    }
  }

  private void left(BigInteger serial) {
    open.computeIfPresent(serial, (key, count) -> count == 1 ? null : count - 1);
  }

  private static BigInteger serial(@Nullable SSLSession session) {
    try {
      if (session != null
          && session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
        return certificate.getSerialNumber();
      }
    } catch (SSLPeerUnverifiedException e) {
      throw unnamed(e);
    }
    throw unnamed(null);
  }

  private static IllegalStateException unnamed(@Nullable Exception cause) {
    return new IllegalStateException("a connection without a certificate came through", cause);
  }
}
