package io.tributary.coordinator.config;

import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Optional;

/**
 * Section {@code listen}.
 *
 * @param control where nodes and operators connect
 * @param bulk where tensors travel, so that they never delay control; empty ({@code same}): on the
 *     control listener, which is slower
 * @param names host names that nodes reach this coordinator by; the certificate must have each
 */
public record ListenConfig(
    ListenAddress control, Optional<ListenAddress> bulk, List<String> names) {
  private static final String SAME = "same";

  public ListenConfig {
    names = List.copyOf(names);
  }

  static ListenConfig read(Settings settings) {
    ListenAddress control = address(settings, "control", "0.0.0.0:7443");
    boolean same = settings.text("bulk", "").equals(SAME);
    Optional<ListenAddress> bulk =
        same ? Optional.empty() : Optional.of(address(settings, "bulk", "0.0.0.0:7444"));
    if (bulk.filter(control::equals).isPresent() && control.port() != 0) {
      throw settings.refusal("bulk", control, "another address than control, or same");
    }
    return new ListenConfig(control, bulk, settings.texts("names", List.of()));
  }

  private static ListenAddress address(Settings settings, String key, String byDefault) {
    return settings.has(key)
        ? settings.parsed(key, ListenAddress::parse)
        : ListenAddress.parse(byDefault);
  }
}
