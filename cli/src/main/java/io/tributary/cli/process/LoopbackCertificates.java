package io.tributary.cli.process;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** The certificates of a federation whose members all run on this machine. */
public final class LoopbackCertificates {
  private LoopbackCertificates() {}

  /**
   * Makes an authority and issues a coordinator {@code main}, an operator {@code main} and a node
   * for every site.
   *
   * @param authority folder of the authority, new
   * @param tls folder of certificates and keys, {@code coordinator.pem}, {@code operator.pem},
   *     {@code SITE.pem} …
   */
  public static void issue(
      FederationName federation, Path authority, Path tls, List<String> sites) {
    CertificateFolder folder =
        CertificateFolder.init(authority, federation, InstantSource.system(), new SecureRandom());
    issue(
        folder,
        tls,
        CertificateOrder.of(
            new PeerName(federation, Role.COORDINATOR, "main"), "localhost", "127.0.0.1"));
    issue(folder, tls, CertificateOrder.of(new PeerName(federation, Role.OPERATOR, "main")));
    for (String site : sites) {
      issue(folder, tls, CertificateOrder.of(new PeerName(federation, Role.NODE, site)));
    }
  }

  private static void issue(CertificateFolder folder, Path tls, CertificateOrder order) {
    folder.issue(order, CertificateFolder.files(tls, order.name()));
  }
}
