package io.tributary.transport;

import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one coordinator: chain and host name as usual, then the rules of certificates and the very
 * name that is expected.
 */
final class CoordinatorTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager chains;
  private final PeerName expected;
  private final InstantSource clock;

  CoordinatorTrust(X509ExtendedTrustManager chains, PeerName expected, InstantSource clock) {
    this.chains = chains;
    this.expected = expected;
    this.clock = clock;
  }

  private void checkName(X509Certificate[] chain) throws CertificateException {
    try {
      PeerName found = CertificateRules.identify(chain[0], clock.instant()).name();
      if (!found.equals(expected)) {
        throw new CertificateException("named " + found + " instead of " + expected);
      }
    } catch (FederationException e) {
      throw new CertificateException(e.sentence(), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    chains.checkServerTrusted(chain, authType, engine);
    checkName(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    chains.checkServerTrusted(chain, authType, socket);
    checkName(chain);
  }

  /** Without a connection the host can't be checked, so nobody is trusted. */
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("no connection to check the host of");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this side is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("this side is no server");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this side is no server");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }
}
