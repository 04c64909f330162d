package io.tributary.transport;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts clients whose chain ends at an authority. A refusal is marked as one of the certificate,
 * since BoringSSL would otherwise send the alert {@code internal_error}, from which the client
 * can't tell that retrying is of no use.
 */
final class ClientTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager chains;

  ClientTrust(X509ExtendedTrustManager chains) {
    this.chains = chains;
  }

  private static CertificateException marked(CertificateException refusal) {
    return new OpenSslCertificateException(
        String.valueOf(refusal.getMessage()),
        refusal,
        CertificateVerifier.X509_V_ERR_CERT_UNTRUSTED);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      chains.checkClientTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw marked(e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    try {
      chains.checkClientTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      throw marked(e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      chains.checkClientTrusted(chain, authType);
    } catch (CertificateException e) {
      throw marked(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this side is no client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("this side is no client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("this side is no client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return chains.getAcceptedIssuers();
  }
}
