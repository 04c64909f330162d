package io.tributary.client.check;

import io.tributary.federation.FederationException;
import io.tributary.federation.Role;
import io.tributary.transport.CertificateRules;
import io.tributary.transport.PeerIdentity;
import io.tributary.transport.TlsMaterial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Looks at a node's own certificate: chain, dates, role, name, and who can read its key. */
final class CertificateCheck {
  private static final String NAME = "certificate";
  private static final Duration SOON = Duration.ofDays(14);

  private CertificateCheck() {}

  static List<CheckFinding> run(TlsMaterial tls, Path key, Instant now) {
    List<CheckFinding> findings = new ArrayList<>();
    try {
      PeerIdentity own = CertificateRules.identify(tls.certificate(), now);
      findings.add(identity(own, now));
    } catch (FederationException e) {
      findings.add(
          CheckFinding.failed(NAME, e.sentence(), "Ask the operator for a new certificate."));
    }
    findings.add(chain(tls));
    findings.add(secretRights("key file", key));
    return findings;
  }

  private static CheckFinding identity(PeerIdentity own, Instant now) {
    String who = own.name().shortName() + " of " + own.name().federation();
    if (own.name().role() != Role.NODE) {
      return CheckFinding.failed(
          NAME, who + " (expected: role node)", "Name a node's certificate in tls.certificate.");
    }
    Duration left = Duration.between(now, own.notAfter());
    return left.compareTo(SOON) < 0
        ? CheckFinding.warning(
            NAME,
            who + ", valid for " + left.toDays() + " more days",
            "Ask the operator for a new certificate now.")
        : CheckFinding.ok(NAME, who + ", valid until " + own.notAfter());
  }

  private static CheckFinding chain(TlsMaterial tls) {
    String name = "certificate chain";
    return tls.trust().stream()
        .filter(authority -> signed(tls.certificate(), authority))
        .findFirst()
        .map(
            authority ->
                CheckFinding.ok(name, "signed by " + authority.getSubjectX500Principal().getName()))
        .orElseGet(
            () ->
                CheckFinding.failed(
                    name,
                    "signed by none of the " + tls.trust().size() + " authorities in tls.trust",
                    "Take certificate and trust of the same federation."));
  }

  private static boolean signed(X509Certificate certificate, X509Certificate authority) {
    try {
      certificate.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** Whether a file that holds a secret is its owner's alone. */
  static CheckFinding secretRights(String name, Path file) {
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
      boolean open =
          rights.contains(PosixFilePermission.GROUP_READ)
              || rights.contains(PosixFilePermission.OTHERS_READ);
      return open
          ? CheckFinding.warning(name, file + " can be read by others", "chmod 600 " + file)
          : CheckFinding.ok(name, "readable by its owner alone");
    } catch (UnsupportedOperationException e) {
      return CheckFinding.ok(name, "rights can't be read on this file system");
    } catch (IOException e) {
      return CheckFinding.failed(name, file + " can't be read: " + e, "Mend its rights.");
    }
  }
}
