package io.tributary.federation;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The identity of a peer, as its certificate's URI subject alternative name states it: {@code
 * tributary://FEDERATION/ROLE/NAME}.
 */
public record PeerName(FederationName federation, Role role, String name) {
  private static final String SCHEME = "tributary";

  public PeerName {
    requireNonNull(federation, "federation");
    requireNonNull(role, "role");
    Names.check(role.token() + " name", name);
  }

  /** Reads the URI form, exactly: no port, user, query or fragment. */
  public static PeerName parse(String uri) {
    try {
      URI parsed = new URI(uri);
      String[] path =
          parsed.getRawPath() == null ? new String[0] : parsed.getRawPath().split("/", -1);
      if (SCHEME.equals(parsed.getScheme())
          && parsed.getRawAuthority() != null
          && path.length == 3) {
        var peer =
            new PeerName(new FederationName(parsed.getRawAuthority()), Role.of(path[1]), path[2]);
        if (peer.uri().equals(uri)) {
          return peer;
        }
      }
    } catch (URISyntaxException e) {
      throw new FederationException(ErrorKind.NOT_ADMITTED, message(uri), e);
    }
    throw new FederationException(ErrorKind.NOT_ADMITTED, message(uri));
  }

  private static String message(String uri) {
    return "identity: \""
        + uri
        + "\" (expected: tributary://FEDERATION/ROLE/NAME). Issue a new certificate.";
  }

  /** {@code tributary://FEDERATION/ROLE/NAME}. */
  public String uri() {
    return SCHEME + "://" + federation + "/" + role.token() + "/" + name;
  }

  /** {@code ROLE/NAME}, as configuration files name a peer of the own federation. */
  public String shortName() {
    return role.token() + "/" + name;
  }

  @Override
  public String toString() {
    return uri();
  }
}
