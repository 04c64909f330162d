package io.tributary.transport;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * The rules that every peer's certificate must keep besides its chain: dates, not an authority,
 * digital signature only, the extended key usage of its role and no other, exactly one name.
 */
public final class CertificateRules {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final int URI_NAME = 6;

  private CertificateRules() {}

  /** Whom the certificate names; any broken rule is NOT_ADMITTED with one sentence. */
  public static PeerIdentity identify(X509Certificate certificate, Instant now) {
    checkDates(certificate, now);
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (certificate.getBasicConstraints() >= 0
        || critical == null
        || !critical.contains(BASIC_CONSTRAINTS)) {
      throw refusal("basic constraints", "an authority's", "critical, not an authority");
    }
    checkKeyUsage(certificate.getKeyUsage(), critical.contains(KEY_USAGE));
    try {
      PeerName name = name(certificate.getSubjectAlternativeNames());
      checkPurpose(certificate.getExtendedKeyUsage(), name.role());
      return new PeerIdentity(
          name, certificate.getSerialNumber().toString(16), certificate.getNotAfter().toInstant());
    } catch (CertificateParsingException e) {
      throw new FederationException(
          ErrorKind.NOT_ADMITTED,
          "certificate: not readable (expected: one issued by `certs issue`). Issue a new one.",
          e);
    }
  }

  static void checkDates(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Instant until = certificate.getNotAfter().toInstant();
    if (now.isBefore(from)) {
      throw FederationException.of(
          ErrorKind.NOT_ADMITTED,
          "certificate",
          "valid from " + from,
          "valid now, " + now,
          "Check the clocks.");
    }
    if (now.isAfter(until)) {
      throw refusal("certificate", "expired at " + until, "valid now, " + now);
    }
  }

  private static void checkKeyUsage(
      boolean @org.jspecify.annotations.Nullable [] usage, boolean critical) {
    if (!critical || usage == null || !isSignatureOnly(usage)) {
      throw refusal("key usage", "another one", "critical, digital signature only");
    }
  }

  private static boolean isSignatureOnly(boolean[] usage) {
    for (int bit = 1; bit < usage.length; bit++) {
      if (usage[bit]) {
        return false;
      }
    }
    return usage.length > 0 && usage[0];
  }

  private static void checkPurpose(
      @org.jspecify.annotations.Nullable List<String> purposes, Role role) {
    String expected = role == Role.COORDINATOR ? SERVER_AUTH : CLIENT_AUTH;
    if (purposes == null || !purposes.equals(List.of(expected))) {
      throw refusal(
          "extended key usage",
          purposes == null ? "none" : String.join(", ", purposes),
          (role == Role.COORDINATOR ? "server" : "client")
              + " authentication alone for a "
              + role.token());
    }
  }

  private static PeerName name(
      @org.jspecify.annotations.Nullable Collection<List<?>> alternatives) {
    List<String> uris =
        alternatives == null
            ? List.of()
            : alternatives.stream()
                .filter(name -> Integer.valueOf(URI_NAME).equals(name.get(0)))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
    if (uris.size() != 1) {
      throw refusal("names in the certificate", uris.size(), "exactly one tributary://…");
    }
    try {
      return PeerName.parse(uris.get(0));
    } catch (FederationException e) {
      throw new FederationException(ErrorKind.NOT_ADMITTED, e.sentence(), e);
    }
  }

  private static FederationException refusal(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.NOT_ADMITTED, what, found, rule, "Issue a new certificate.");
  }
}
