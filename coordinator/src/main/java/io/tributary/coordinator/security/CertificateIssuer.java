package io.tributary.coordinator.security;

import io.tributary.federation.PeerName;

/**
 * Issues certificates of the federation for keys that stay where they were made. The coordinator
 * holds no certificate authority of its own: whoever assembles it may give one.
 */
@FunctionalInterface
public interface CertificateIssuer {
  /**
   * Signs a certificate request for this peer, whatever name the request itself states.
   *
   * @param request PKCS#10 in PEM
   * @return the certificate in PEM
   */
  String issue(PeerName peer, String request);
}
