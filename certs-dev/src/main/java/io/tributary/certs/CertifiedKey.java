package io.tributary.certs;

import static java.util.Objects.requireNonNull;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A private key with the certificate of its public half; prints without the key. */
public record CertifiedKey(X509Certificate certificate, PrivateKey key) {
  public CertifiedKey {
    requireNonNull(certificate, "certificate");
    requireNonNull(key, "key");
  }

  @Override
  public String toString() {
    return "CertifiedKey[" + certificate.getSubjectX500Principal() + "]";
  }
}
