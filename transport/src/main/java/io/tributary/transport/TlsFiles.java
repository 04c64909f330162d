package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * Where a peer's PEM files lie.
 *
 * @param certificate own certificate, or chain with the own one first
 * @param key own private key, PKCS #8
 * @param trust certificates of the authorities
 */
public record TlsFiles(Path certificate, Path key, Path trust) {
  public TlsFiles {
    requireNonNull(certificate, "certificate");
    requireNonNull(key, "key");
    requireNonNull(trust, "trust");
  }
}
