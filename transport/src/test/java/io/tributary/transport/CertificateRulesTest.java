package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certs.CertificateAuthority;
import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.wrong.WrongCertificate;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateRulesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final FederationName ACME = new FederationName("acme");
  private static final PeerName NODE = new PeerName(ACME, Role.NODE, "a");

  /** What the chain or the comparison with the expected name finds, not these rules. */
  private static final Set<WrongCertificate> FOUND_ELSEWHERE =
      EnumSet.of(
          WrongCertificate.OTHER_AUTHORITY,
          WrongCertificate.WRONG_ROLE,
          WrongCertificate.WRONG_FEDERATION);

  private final SecureRandom random = new SecureRandom();

  @ParameterizedTest
  @EnumSource(WrongCertificate.class)
  void identify_wrongCertificates_refusedWithOneSentence(WrongCertificate fault) {
    var authority = CertificateAuthority.create(ACME, CLOCK, random);
    X509Certificate wrong =
        fault.make(authority, CertificateOrder.of(NODE), CLOCK, random).certificate();
    if (FOUND_ELSEWHERE.contains(fault)) {
      CertificateRules.identify(wrong, NOW);
      return;
    }
    var refused =
        assertThrows(FederationException.class, () -> CertificateRules.identify(wrong, NOW));
    assertEquals(ErrorKind.NOT_ADMITTED, refused.kind());
    assertTrue(refused.sentence().contains("(expected: "), refused.sentence());
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void identify_rightCertificates_namesThem(Role role) {
    var authority = CertificateAuthority.create(ACME, CLOCK, random);
    var name = new PeerName(ACME, role, "a");
    var order =
        role == Role.COORDINATOR
            ? CertificateOrder.of(name, "localhost")
            : CertificateOrder.of(name);
    X509Certificate certificate = authority.issue(order).certificate();
    PeerIdentity peer = CertificateRules.identify(certificate, NOW);
    assertEquals(name, peer.name());
    assertEquals(certificate.getSerialNumber().toString(16), peer.serial());
    assertEquals(NOW.plus(CertificateOrder.USUAL_VALIDITY), peer.notAfter());
  }

  @Test
  void accessTable_unlistedMethod_isNobodys() {
    var table = new AccessTable(Map.of("s/Watch", Set.of(Role.OPERATOR)));
    table.check("s/Watch", Role.OPERATOR);
    assertThrows(FederationException.class, () -> table.check("s/Watch", Role.NODE));
    for (Role role : Role.values()) {
      assertThrows(FederationException.class, () -> table.check("s/Other", role));
    }
  }

  @Test
  void revocationList_reloaded_knowsNewSerialsAndKeepsThemWhenTheFileBreaks(@TempDir Path temp)
      throws Exception {
    var folder = CertificateFolder.init(temp.resolve("ca"), ACME, CLOCK, random);
    var issued = folder.issue(CertificateOrder.of(NODE), CertificateFolder.files(temp, NODE));
    var list = RevocationList.read(folder.revocations(), List.of(folder.authority().certificate()));
    assertFalse(list.isRevoked(issued.serial()));
    folder.revoke(NODE);
    assertEquals(1, list.reload());
    assertTrue(list.isRevoked(issued.serial()));
    Files.writeString(folder.revocations(), "broken");
    assertThrows(FederationException.class, list::reload);
    assertTrue(list.isRevoked(issued.serial()));
  }

  @Test
  void revocationList_ofAnotherAuthority_refused(@TempDir Path temp) {
    var folder = CertificateFolder.init(temp.resolve("ca"), ACME, CLOCK, random);
    var other = CertificateAuthority.create(ACME, CLOCK, random).certificate();
    var refused =
        assertThrows(
            FederationException.class,
            () -> RevocationList.read(folder.revocations(), List.of(other)));
    assertEquals(ErrorKind.INVALID_CONFIG, refused.kind());
  }

  @Test
  void tlsMaterial_missingMismatchedOrBrokenFiles_namesTheFile(@TempDir Path temp)
      throws Exception {
    var folder = CertificateFolder.init(temp.resolve("ca"), ACME, CLOCK, random);
    var one = CertificateFolder.files(temp.resolve("1"), NODE);
    var two = CertificateFolder.files(temp.resolve("2"), NODE);
    folder.issue(CertificateOrder.of(NODE), one);
    folder.issue(CertificateOrder.of(NODE), two);
    TlsMaterial.read(new TlsFiles(one.certificate(), one.key(), folder.trust()));
    assertRefused(new TlsFiles(one.certificate(), two.key(), folder.trust()), two.key());
    assertRefused(
        new TlsFiles(temp.resolve("no.pem"), one.key(), folder.trust()), temp.resolve("no.pem"));
    assertRefused(new TlsFiles(one.certificate(), one.key(), one.key()), one.key());
    Files.writeString(two.certificate(), "nonsense");
    assertRefused(new TlsFiles(two.certificate(), two.key(), folder.trust()), two.certificate());
  }

  private static void assertRefused(TlsFiles files, Path named) {
    var refused = assertThrows(FederationException.class, () -> TlsMaterial.read(files));
    assertEquals(ErrorKind.INVALID_CONFIG, refused.kind());
    assertTrue(refused.sentence().contains(named.toString()), refused.sentence());
  }
}
