package io.tributary.cli.config;

import static java.util.Objects.requireNonNull;

import io.tributary.client.config.ProxyConfig;
import io.tributary.federation.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How an operator reaches the coordinator: the file {@code operator.yaml}.
 *
 * @param control address {@code host:port} of the control listener
 * @param bulk address of the bulk listener; empty: the control listener serves both
 * @param coordinator {@code ROLE/NAME} that the coordinator's certificate must say
 * @param proxy through which both are reached; empty: directly
 * @param trust the authority's certificate
 */
public record OperatorConfig(
    String control,
    Optional<String> bulk,
    String coordinator,
    Optional<ProxyConfig> proxy,
    Path certificate,
    Path key,
    Path trust) {
  public OperatorConfig {
    requireNonNull(control, "control");
    requireNonNull(bulk, "bulk");
    requireNonNull(proxy, "proxy");
  }

  /**
   * Reads the file's keys.
   *
   * @param folder that relative paths start from: the file's
   */
  public static OperatorConfig read(Settings settings, Path folder) {
    Settings coordinator = settings.section("coordinator");
    Settings tls = settings.section("tls");
    var config =
        new OperatorConfig(
            coordinator.parsed("control", address -> address(coordinator, "control", address)),
            coordinator.optionalText("bulk").map(a -> address(coordinator, "bulk", a)),
            coordinator.text("name", "coordinator/main"),
            ProxyConfig.read(settings.section("proxy"), folder),
            folder.resolve(tls.text("certificate")),
            folder.resolve(tls.text("key")),
            folder.resolve(tls.text("trust")));
    settings.finish();
    return config;
  }

  private static String address(Settings section, String key, String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw section.refusal(key, address, "host:port");
    }
    return address;
  }
}
