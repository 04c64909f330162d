package io.tributary.client.config;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code proxy}: the HTTP proxy of a site that may go outside through one only.
 *
 * @param address of the proxy, which must open tunnels (CONNECT) to the coordinator's ports
 * @param credentials file with one line, {@code user:password}; empty: the proxy asks for none
 */
public record ProxyConfig(HostPort address, Optional<Path> credentials) {
  private static final String SCHEME = "http://";

  public ProxyConfig {
    requireNonNull(address, "address");
    requireNonNull(credentials, "credentials");
  }

  /** Reads the section; without an address there is no proxy. */
  public static Optional<ProxyConfig> read(Settings section, Path folder) {
    Optional<Path> credentials =
        section
            .optionalText("credentials")
            .map(file -> folder.resolve(file).toAbsolutePath().normalize());
    if (!section.has("address")) {
      if (credentials.isPresent()) {
        throw section.refusal("address", "none", "http://host:port, where credentials are given");
      }
      return Optional.empty();
    }
    return Optional.of(new ProxyConfig(section.parsed("address", ProxyConfig::host), credentials));
  }

  private static HostPort host(String text) {
    String address = text.strip();
    String bare = address.startsWith(SCHEME) ? address.substring(SCHEME.length()) : address;
    return HostPort.parse(bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare);
  }

  @Override
  public String toString() {
    return SCHEME + address;
  }
}
