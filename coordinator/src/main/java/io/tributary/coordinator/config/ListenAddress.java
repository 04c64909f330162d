package io.tributary.coordinator.config;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a listener is bound: {@code HOST:PORT}, {@code [IPv6]:PORT}.
 *
 * @param port 0 lets the system choose one
 */
public record ListenAddress(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");
  private static final int HIGHEST_PORT = 65_535;

  /** Reads the written form. */
  public static ListenAddress parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > HIGHEST_PORT) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "address",
          "\"" + text + "\"",
          "HOST:PORT with a port from 0 to " + HIGHEST_PORT,
          "Write it like 0.0.0.0:7443.");
    }
    return new ListenAddress(
        matcher.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(matcher.group(2)));
  }

  /** The address for a socket; a host name is looked up. */
  public InetSocketAddress socketAddress() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
