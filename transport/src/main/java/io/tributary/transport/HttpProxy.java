package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ProxyDetector;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * An HTTP proxy that opens tunnels with CONNECT (RFC 9110 section 9.3.6), for sites that may go
 * outside through one only. What goes through the tunnel is the same mutual TLS; the proxy resolves
 * the coordinator's name and sees nothing but that name, the port and how much passes.
 *
 * @param login sent as Basic credentials, in clear to the proxy
 */
public record HttpProxy(String host, int port, Optional<Login> login) {
  public HttpProxy {
    requireNonNull(host, "host");
    requireNonNull(login, "login");
  }

  /** User and password; prints without the latter. */
  public record Login(String user, String password) {
    /** Reads {@code user:password}, as the first colon parts them. */
    public static Login parse(String text) {
      String line = text.strip();
      int colon = line.indexOf(':');
      if (colon < 1 || line.lines().count() != 1) {
        throw new FederationException(
            ErrorKind.INVALID_CONFIG,
            "proxy credentials: not of this form (expected: one line, user:password). Correct"
                + " the file.");
      }
      return new Login(line.substring(0, colon), line.substring(colon + 1));
    }

    @Override
    public String toString() {
      return user + ":***";
    }
  }

  /** Sends every connection through this proxy, whose name is looked up each time. */
  ProxyDetector detector() {
    return target -> tunnel((InetSocketAddress) target);
  }

  private HttpConnectProxiedSocketAddress tunnel(InetSocketAddress target) throws IOException {
    var proxy = new InetSocketAddress(host, port);
    if (proxy.isUnresolved()) {
      throw new UnknownHostException("the proxy's host " + host + " is not known");
    }
    var address =
        HttpConnectProxiedSocketAddress.newBuilder()
            .setTargetAddress(target)
            .setProxyAddress(proxy);
    login.ifPresent(known -> address.setUsername(known.user()).setPassword(known.password()));
    return address.build();
  }

  @Override
  public String toString() {
    return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
