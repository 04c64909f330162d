package io.tributary.certs;

import java.time.Instant;
import java.util.List;

/**
 * Every choice in a peer's certificate, right or wrong. Right ones come from {@link
 * #of(CertificateOrder, Instant)}; the set of wrong ones changes one choice each.
 *
 * @param commonName for people; carries no meaning
 * @param uris URI subject alternative names
 * @param hosts DNS and IP subject alternative names
 * @param keyUsage bits as in {@code org.bouncycastle.asn1.x509.KeyUsage}
 */
public record LeafProfile(
    String commonName,
    List<String> uris,
    List<String> hosts,
    List<Purpose> purposes,
    int keyUsage,
    boolean authority,
    Period period) {
  /** How far before now a certificate begins, so that a site's slow clock accepts it. */
  static final java.time.Duration CLOCK_TOLERANCE = java.time.Duration.ofMinutes(5);

  public LeafProfile {
    uris = List.copyOf(uris);
    hosts = List.copyOf(hosts);
    purposes = List.copyOf(purposes);
  }

  /** What the extended key usage allows. */
  public enum Purpose {
    SERVER,
    CLIENT
  }

  /** The first and last instant of validity. */
  public record Period(Instant notBefore, Instant notAfter) {}

  /** The profile of a right certificate. */
  public static LeafProfile of(CertificateOrder order, Instant now) {
    Purpose purpose =
        switch (order.name().role()) {
          case COORDINATOR -> Purpose.SERVER;
          case NODE, OPERATOR -> Purpose.CLIENT;
        };
    return new LeafProfile(
        order.name().shortName(),
        List.of(order.name().uri()),
        order.hosts(),
        List.of(purpose),
        org.bouncycastle.asn1.x509.KeyUsage.digitalSignature,
        false,
        new Period(now.minus(CLOCK_TOLERANCE), now.plus(order.validity())));
  }

  public LeafProfile withUris(List<String> other) {
    return new LeafProfile(commonName, other, hosts, purposes, keyUsage, authority, period);
  }

  public LeafProfile withPurposes(List<Purpose> other) {
    return new LeafProfile(commonName, uris, hosts, other, keyUsage, authority, period);
  }

  public LeafProfile withKeyUsage(int other) {
    return new LeafProfile(commonName, uris, hosts, purposes, other, authority, period);
  }

  public LeafProfile asAuthority() {
    return new LeafProfile(commonName, uris, hosts, purposes, keyUsage, true, period);
  }

  public LeafProfile withPeriod(Period other) {
    return new LeafProfile(commonName, uris, hosts, purposes, keyUsage, authority, other);
  }
}
