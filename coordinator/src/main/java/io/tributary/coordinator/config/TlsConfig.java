package io.tributary.coordinator.config;

import io.tributary.federation.settings.Settings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Section {@code tls}: PEM files, relative to the configuration file's folder.
 *
 * @param certificate of this coordinator, with the chain if there is one
 * @param key its private key
 * @param trust the federation's certificate authority
 * @param revoked list of revoked certificates; empty: none is revoked
 */
public record TlsConfig(Path certificate, Path key, Path trust, Optional<Path> revoked) {
  static TlsConfig read(Settings settings, Path folder) {
    return new TlsConfig(
        folder.resolve(settings.text("certificate")),
        folder.resolve(settings.text("key")),
        folder.resolve(settings.text("trust")),
        settings.optionalText("revoked").map(folder::resolve));
  }
}
