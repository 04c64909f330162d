package io.tributary.certs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateAuthorityTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final FederationName ACME = new FederationName("acme-health");
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private final SecureRandom random = new SecureRandom();
  private final CertificateAuthority authority = CertificateAuthority.create(ACME, CLOCK, random);

  private static PeerName peer(Role role, String name) {
    return new PeerName(ACME, role, name);
  }

  private static CertificateOrder order(Role role) {
    return role == Role.COORDINATOR
        ? CertificateOrder.of(peer(role, "main"), "fed.acme.example", "127.0.0.1", "::1")
        : CertificateOrder.of(peer(role, "a"));
  }

  @Test
  void create_ownCertificate_signsCertificatesAndListsOnly() throws Exception {
    X509Certificate own = authority.certificate();
    own.verify(own.getPublicKey());
    assertEquals(0, own.getBasicConstraints());
    assertEquals(Set.of("2.5.29.19", "2.5.29.15"), own.getCriticalExtensionOIDs());
    boolean[] usage = own.getKeyUsage();
    for (int bit = 0; bit < usage.length; bit++) {
      assertEquals(bit == 5 || bit == 6, usage[bit], "key usage bit " + bit);
    }
    assertTrue(own.getSubjectX500Principal().getName().contains("CN=acme-health"));
    assertEquals(256, ((ECPublicKey) own.getPublicKey()).getParams().getOrder().bitLength());
    assertTrue(
        Duration.between(NOW, own.getNotAfter().toInstant()).compareTo(Duration.ofDays(3650)) >= 0);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void issue_eachRole_hasItsPurposeAlone(Role role) throws Exception {
    X509Certificate made = authority.issue(order(role)).certificate();
    made.verify(authority.certificate().getPublicKey());
    assertEquals(
        List.of(role == Role.COORDINATOR ? SERVER_AUTH : CLIENT_AUTH), made.getExtendedKeyUsage());
    assertEquals(-1, made.getBasicConstraints());
    assertEquals(Set.of("2.5.29.19", "2.5.29.15"), made.getCriticalExtensionOIDs());
    boolean[] usage = made.getKeyUsage();
    for (int bit = 0; bit < usage.length; bit++) {
      assertEquals(bit == 0, usage[bit], "key usage bit " + bit);
    }
    assertEquals(NOW.minus(Duration.ofMinutes(5)), made.getNotBefore().toInstant());
    assertEquals(NOW.plus(CertificateOrder.USUAL_VALIDITY), made.getNotAfter().toInstant());
  }

  @Test
  void issue_coordinator_namesHostsAddressesAndItself() throws Exception {
    Collection<List<?>> names =
        authority.issue(order(Role.COORDINATOR)).certificate().getSubjectAlternativeNames();
    assertEquals(
        Set.of(
            List.of(2, "fed.acme.example"),
            List.of(7, "127.0.0.1"),
            List.of(7, "0:0:0:0:0:0:0:1"),
            List.of(6, "tributary://acme-health/coordinator/main")),
        Set.copyOf(names));
  }

  @Test
  void issue_twice_keysAndSerialsDiffer() {
    CertifiedKey first = authority.issue(order(Role.NODE));
    CertifiedKey second = authority.issue(order(Role.NODE));
    assertNotEquals(first.certificate().getSerialNumber(), second.certificate().getSerialNumber());
    assertNotEquals(first.certificate().getPublicKey(), second.certificate().getPublicKey());
    assertEquals(128, first.certificate().getSerialNumber().bitLength());
    assertFalse(first.toString().contains("PrivateKey"));
  }

  @Test
  void certify_otherFederation_refused() {
    var stranger = new PeerName(new FederationName("other"), Role.NODE, "a");
    var refused =
        assertThrows(
            FederationException.class, () -> authority.issue(CertificateOrder.of(stranger)));
    assertEquals(ErrorKind.INVALID_CONFIG, refused.kind());
  }

  @Test
  void order_brokenRules_refused() {
    PeerName coordinator = peer(Role.COORDINATOR, "main");
    PeerName node = peer(Role.NODE, "a");
    assertThrows(FederationException.class, () -> CertificateOrder.of(coordinator));
    assertThrows(FederationException.class, () -> CertificateOrder.of(node, "a.example"));
    assertThrows(
        FederationException.class,
        () -> new CertificateOrder(node, List.of(), Duration.ofMinutes(1)));
    assertThrows(
        FederationException.class,
        () -> new CertificateOrder(node, List.of(), Duration.ofDays(36_530)));
    assertThrows(
        FederationException.class,
        () -> authority.issue(CertificateOrder.of(coordinator, "not a host")));
  }

  @Test
  void revoke_onTopOfPrevious_keepsEntriesAndCountsUp() throws Exception {
    X509CRL first = authority.revoke(Optional.empty(), List.of(BigInteger.ONE));
    X509CRL second = authority.revoke(Optional.of(first), List.of(BigInteger.TWO, BigInteger.ONE));
    second.verify(authority.certificate().getPublicKey());
    assertEquals(2, second.getRevokedCertificates().size());
    assertFalse(
        java.util.Arrays.equals(
            first.getExtensionValue("2.5.29.20"), second.getExtensionValue("2.5.29.20")));
  }

  @Test
  void request_parsed_carriesNameAndKey() {
    var pair = Keys.generate(random);
    var made = CertificateRequest.create(peer(Role.NODE, "hospital-a"), pair, random);
    CertificateRequest read = CertificateRequest.parse(made.encoded());
    assertEquals(peer(Role.NODE, "hospital-a"), read.name());
    assertArrayEquals(pair.getPublic().getEncoded(), read.key().getEncoded());
  }

  @Test
  void request_changedOrForeignBytes_refused() {
    byte[] encoded =
        CertificateRequest.create(peer(Role.NODE, "hospital-a"), Keys.generate(random), random)
            .encoded();
    for (int at = 0; at < encoded.length; at += 7) {
      byte[] changed = encoded.clone();
      changed[at] ^= 1;
      assertThrows(FederationException.class, () -> CertificateRequest.parse(changed));
    }
    assertThrows(FederationException.class, () -> CertificateRequest.parse(new byte[10]));
  }
}
