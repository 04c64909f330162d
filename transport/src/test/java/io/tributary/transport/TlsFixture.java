package io.tributary.transport;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.CertifiedKey;
import io.tributary.certs.PemFiles;
import io.tributary.certs.wrong.WrongCertificate;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;

/** A federation's authority in a folder, and TLS material of its peers, right or wrong. */
final class TlsFixture {
  static final FederationName ACME = new FederationName("acme");
  static final PeerName COORDINATOR = new PeerName(ACME, Role.COORDINATOR, "main");
  static final PeerName NODE = new PeerName(ACME, Role.NODE, "hospital-a");
  static final PeerName OPERATOR = new PeerName(ACME, Role.OPERATOR, "ops");

  final CertificateFolder authority;
  private final Path folder;
  private final SecureRandom random = new SecureRandom();
  private int made;

  TlsFixture(Path folder) {
    this.folder = folder;
    this.authority =
        CertificateFolder.init(folder.resolve("ca"), ACME, InstantSource.system(), random);
  }

  static CertificateOrder order(PeerName name, String host) {
    return name.role() == Role.COORDINATOR
        ? CertificateOrder.of(name, host)
        : CertificateOrder.of(name);
  }

  /** Material of a peer as it should be; a coordinator's is for localhost. */
  TlsMaterial right(PeerName name) {
    return right(order(name, "localhost"));
  }

  TlsMaterial right(CertificateOrder order) {
    var files = CertificateFolder.files(folder.resolve("peer-" + made++), order.name());
    authority.issue(order, files);
    return TlsMaterial.read(new TlsFiles(files.certificate(), files.key(), authority.trust()));
  }

  /** Material of a peer with one fault. */
  TlsMaterial wrong(PeerName name, WrongCertificate fault) {
    CertifiedKey pair =
        fault.make(authority.authority(), order(name, "localhost"), InstantSource.system(), random);
    var files = CertificateFolder.files(folder.resolve("peer-" + made++), name);
    PemFiles.writeCertificate(files.certificate(), pair.certificate());
    PemFiles.writeKey(files.key(), pair.key());
    return TlsMaterial.read(new TlsFiles(files.certificate(), files.key(), authority.trust()));
  }
}
