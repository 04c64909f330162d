package io.tributary.certs;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.time.Duration;
import java.util.List;

/**
 * What a certificate is to say.
 *
 * @param name the identity, which fixes role and extended key usage
 * @param hosts DNS names and IP addresses under which a coordinator is reached, at least one; empty
 *     for other roles, which never serve
 * @param validity from now; at least an hour, at most ten years
 */
public record CertificateOrder(PeerName name, List<String> hosts, Duration validity) {
  /** How long a certificate of a peer is valid unless something else is asked. */
  public static final Duration USUAL_VALIDITY = Duration.ofDays(365);

  private static final Duration SHORTEST = Duration.ofHours(1);
  private static final Duration LONGEST = Duration.ofDays(3653);

  public CertificateOrder {
    requireNonNull(name, "name");
    hosts = List.copyOf(hosts);
    if (name.role() == Role.COORDINATOR && hosts.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "hosts",
          "none",
          "at least one DNS name or IP address for a coordinator",
          "Name the addresses that nodes connect to.");
    }
    if (name.role() != Role.COORDINATOR && !hosts.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "hosts",
          String.join(", ", hosts),
          "none for a certificate of role " + name.role().token(),
          "Leave them out: only a coordinator is connected to.");
    }
    if (validity.compareTo(SHORTEST) < 0 || validity.compareTo(LONGEST) > 0) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "validity",
          validity.toHours() + "h",
          "1h to 3653d",
          "Choose another one.");
    }
  }

  /** An order of the usual validity. */
  public static CertificateOrder of(PeerName name, String... hosts) {
    return new CertificateOrder(name, List.of(hosts), USUAL_VALIDITY);
  }
}
