package io.tributary.client.config;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A host name or address with a port; prints as {@code host:port}, IPv6 in brackets. */
public record HostPort(String host, int port) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([0-9a-fA-F:.%]+)]|([^\\[\\]:\\s/]+)):([0-9]{1,5})");

  public HostPort {
    requireNonNull(host, "host");
    if (port < 1 || port > 65_535) {
      throw malformed(host + ":" + port);
    }
  }

  public static HostPort parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw malformed(text);
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new HostPort(host, Integer.parseInt(matcher.group(3)));
  }

  private static FederationException malformed(String text) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG,
        "address",
        "\"" + text + "\"",
        "host:port with a port from 1 to 65535",
        "Give both.");
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
