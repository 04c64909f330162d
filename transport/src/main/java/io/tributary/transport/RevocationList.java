package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The serials that are no longer admitted, from a revocation list file signed by the authority. A
 * list that can't be read or verified leaves the one before in force. Safe for all threads.
 */
public final class RevocationList {
  private final Optional<Path> file;
  private final List<X509Certificate> authorities;
  private volatile Set<String> revoked = Set.of();

  private RevocationList(Optional<Path> file, List<X509Certificate> authorities) {
    this.file = requireNonNull(file, "file");
    this.authorities = List.copyOf(authorities);
  }

  /** Reads a list; its signature must be one of the authorities'. */
  public static RevocationList read(Path file, List<X509Certificate> authorities) {
    var list = new RevocationList(Optional.of(file), authorities);
    list.reload();
    return list;
  }

  /** A list that is always empty. */
  public static RevocationList none() {
    return new RevocationList(Optional.empty(), List.of());
  }

  /** Reads the file again and returns the number of revoked serials. */
  public synchronized int reload() {
    file.ifPresent(path -> revoked = load(path));
    return revoked.size();
  }

  /** Whether a serial (lower-case hexadecimal) is revoked. */
  public boolean isRevoked(String serial) {
    return revoked.contains(serial);
  }

  private Set<String> load(Path path) {
    try {
      byte[] bytes = Files.readAllBytes(path);
      X509CRL list =
          (X509CRL)
              CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(bytes));
      verify(path, list);
      Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
      return entries == null
          ? Set.of()
          : entries.stream()
              .map(X509CRLEntry::getSerialNumber)
              .map((BigInteger serial) -> serial.toString(16))
              .collect(Collectors.toCollection(HashSet::new));
    } catch (IOException | GeneralSecurityException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          "revocation list: "
              + path
              + " can't be read (expected: a file made by `certs init`). Check the path.",
          e);
    }
  }

  private void verify(Path path, X509CRL list) {
    if (authorities.stream().noneMatch(authority -> isSignedBy(list, authority))) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "revocation list",
          path + " with a signature of someone else",
          "the federation's authority",
          "Copy it from the authority again.");
    }
  }

  private static boolean isSignedBy(X509CRL list, X509Certificate authority) {
    try {
      list.verify(authority.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
