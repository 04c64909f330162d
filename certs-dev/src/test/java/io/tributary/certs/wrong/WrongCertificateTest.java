package io.tributary.certs.wrong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certs.CertificateAuthority;
import io.tributary.certs.CertificateOrder;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WrongCertificateTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final FederationName ACME = new FederationName("acme");

  private final SecureRandom random = new SecureRandom();
  private final CertificateAuthority authority = CertificateAuthority.create(ACME, CLOCK, random);

  /** The properties that a right certificate has. */
  private Set<String> right(X509Certificate certificate, PeerName name) throws Exception {
    Set<String> result = new HashSet<>();
    add(result, "signed", isSigned(certificate));
    add(result, "valid", !certificate.getNotAfter().toInstant().isBefore(NOW));
    add(result, "begun", !certificate.getNotBefore().toInstant().isAfter(NOW));
    var names = certificate.getSubjectAlternativeNames();
    add(result, "named", Objects.equals(List.of(List.of(6, name.uri())), List.copyOf(uris(names))));
    add(result, "purpose", List.of("1.3.6.1.5.5.7.3.2").equals(certificate.getExtendedKeyUsage()));
    add(result, "leaf", certificate.getBasicConstraints() < 0);
    add(result, "signing", certificate.getKeyUsage()[0]);
    return result;
  }

  private static List<List<?>> uris(java.util.Collection<List<?>> names) {
    return names == null
        ? List.of()
        : names.stream().filter(n -> n.get(0).equals(6)).<List<?>>map(n -> n).toList();
  }

  private static void add(Set<String> set, String property, boolean holds) {
    if (holds) {
      set.add(property);
    }
  }

  private boolean isSigned(X509Certificate certificate) {
    try {
      certificate.verify(authority.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource(WrongCertificate.class)
  void make_eachFault_breaksOneThingAlone(WrongCertificate fault) throws Exception {
    var name = new PeerName(ACME, Role.NODE, "a");
    var order = CertificateOrder.of(name);
    Set<String> all = right(authority.issue(order).certificate(), name);
    assertEquals(7, all.size());
    X509Certificate wrong = fault.make(authority, order, CLOCK, random).certificate();
    Set<String> broken = new HashSet<>(all);
    broken.removeAll(right(wrong, name));
    String expected =
        switch (fault) {
          case OTHER_AUTHORITY -> "signed";
          case EXPIRED -> "valid";
          case NOT_YET_VALID -> "begun";
          case WRONG_ROLE, WRONG_FEDERATION, NO_NAME, TWO_NAMES, MALFORMED_NAME -> "named";
          case WRONG_PURPOSE -> "purpose";
          case AUTHORITY_AS_PEER -> "leaf";
          case WRONG_KEY_USAGE -> "signing";
        };
    assertEquals(Set.of(expected), broken);
  }

  @Test
  void make_wrongPurposeOfCoordinator_isAClients() throws Exception {
    var order = CertificateOrder.of(new PeerName(ACME, Role.COORDINATOR, "main"), "localhost");
    X509Certificate wrong =
        WrongCertificate.WRONG_PURPOSE.make(authority, order, CLOCK, random).certificate();
    assertTrue(wrong.getExtendedKeyUsage().contains("1.3.6.1.5.5.7.3.2"));
    assertFalse(wrong.getExtendedKeyUsage().contains("1.3.6.1.5.5.7.3.1"));
  }
}
