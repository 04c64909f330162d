package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a coordinator is reached and whom its certificate must name.
 *
 * @param host DNS name or IP address, which its certificate must list
 * @param port of the control listener
 */
public record CoordinatorAddress(String host, int port, PeerName name) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\s]+)):([0-9]{1,5})");
  private static final int LAST_PORT = 65_535;

  public CoordinatorAddress {
    requireNonNull(host, "host");
    requireNonNull(name, "name");
    if (port < 1 || port > LAST_PORT) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "port", port, "1 to 65535", "Correct the address.");
    }
  }

  /** Reads {@code host:port} or {@code [IPv6]:port}. */
  public static CoordinatorAddress parse(String address, PeerName name) {
    Matcher matcher = FORM.matcher(address);
    if (!matcher.matches()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "address",
          "\"" + address + "\"",
          "host:port",
          "Correct the address.");
    }
    String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    return new CoordinatorAddress(host, Integer.parseInt(matcher.group(3)), name);
  }
}
