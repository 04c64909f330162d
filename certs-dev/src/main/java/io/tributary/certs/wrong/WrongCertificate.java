package io.tributary.certs.wrong;

import io.tributary.certs.CertificateAuthority;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.CertifiedKey;
import io.tributary.certs.Keys;
import io.tributary.certs.LeafProfile;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyUsage;

/** The ways in which a peer's certificate can be wrong; each is right in everything else. */
public enum WrongCertificate {
  /** Signed by another authority that uses the same federation's name. */
  OTHER_AUTHORITY,
  EXPIRED,
  NOT_YET_VALID,
  /** A node's where an operator's is asked and the reverse; a coordinator's becomes a node's. */
  WRONG_ROLE,
  /** The right authority, but the name of another federation. */
  WRONG_FEDERATION,
  NO_NAME,
  TWO_NAMES,
  /** A URI that is no name of a peer. */
  MALFORMED_NAME,
  /** Extended key usage of the other side: client instead of server or the reverse. */
  WRONG_PURPOSE,
  /** Right in name and purpose, but its basic constraints make it an authority. */
  AUTHORITY_AS_PEER,
  /** Key usage without digital signature. */
  WRONG_KEY_USAGE;

  /** Makes a wrong certificate in the place of the right one that {@code order} asks for. */
  public CertifiedKey make(
      CertificateAuthority authority,
      CertificateOrder order,
      InstantSource clock,
      SecureRandom random) {
    CertificateAuthority signer =
        this == OTHER_AUTHORITY
            ? CertificateAuthority.create(authority.federation(), clock, random)
            : authority;
    KeyPair pair = Keys.generate(random);
    LeafProfile wrong =
        spoil(LeafProfile.of(order, clock.instant()), order.name(), clock.instant());
    return new CertifiedKey(signer.certify(wrong, pair.getPublic()), pair.getPrivate());
  }

  private LeafProfile spoil(LeafProfile right, PeerName name, Instant now) {
    Duration day = Duration.ofDays(1);
    return switch (this) {
      case OTHER_AUTHORITY -> right;
      case EXPIRED ->
          right.withPeriod(new LeafProfile.Period(now.minus(day.multipliedBy(2)), now.minus(day)));
      case NOT_YET_VALID ->
          right.withPeriod(new LeafProfile.Period(now.plus(day), now.plus(day.multipliedBy(2))));
      case WRONG_ROLE -> right.withUris(List.of(otherRole(name).uri()));
      case WRONG_FEDERATION ->
          right.withUris(
              List.of(
                  new PeerName(new FederationName("another-federation"), name.role(), name.name())
                      .uri()));
      case NO_NAME -> right.withUris(List.of());
      case TWO_NAMES ->
          right.withUris(
              List.of(
                  name.uri(),
                  new PeerName(name.federation(), name.role(), name.name() + "-too").uri()));
      case MALFORMED_NAME -> right.withUris(List.of("https://" + name.federation() + "/node"));
      case WRONG_PURPOSE ->
          right.withPurposes(
              List.of(
                  name.role() == Role.COORDINATOR
                      ? LeafProfile.Purpose.CLIENT
                      : LeafProfile.Purpose.SERVER));
      case AUTHORITY_AS_PEER ->
          right.asAuthority().withKeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign);
      case WRONG_KEY_USAGE -> right.withKeyUsage(KeyUsage.keyAgreement);
    };
  }

  private static PeerName otherRole(PeerName name) {
    Role other = name.role() == Role.NODE ? Role.OPERATOR : Role.NODE;
    return new PeerName(name.federation(), other, name.name());
  }
}
