package io.tributary.certs;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of an authority: {@code ca.pem}, {@code ca.key} (0600), {@code revoked.crl} and {@code
 * issued/SERIAL.pem}, a copy of each certificate it has signed. Every file is written durably; no
 * key is ever replaced.
 */
public final class CertificateFolder {
  private static final int URI_NAME = 6;

  private final Path folder;
  private final CertificateAuthority authority;

  private CertificateFolder(Path folder, CertificateAuthority authority) {
    this.folder = requireNonNull(folder, "folder");
    this.authority = requireNonNull(authority, "authority");
  }

  /** Files of one peer: the key stays with the peer. */
  public record PeerFiles(Path certificate, Path key) {}

  /** Makes a new authority in a folder; refuses (ALREADY_EXISTS) where there is one. */
  public static CertificateFolder init(
      Path folder, FederationName federation, InstantSource clock, SecureRandom random) {
    var authority = CertificateAuthority.create(federation, clock, random);
    PemFiles.writeKey(folder.resolve("ca.key"), authority.key());
    PemFiles.writeCertificate(folder.resolve("ca.pem"), authority.certificate());
    var result = new CertificateFolder(folder, authority);
    PemFiles.writeRevocations(result.revocations(), authority.revoke(Optional.empty(), List.of()));
    try {
      Files.createDirectories(folder.resolve("issued"));
    } catch (IOException e) {
      throw unusable(folder, e);
    }
    return result;
  }

  /** Opens the folder of an authority made by {@link #init}. */
  public static CertificateFolder open(Path folder, InstantSource clock, SecureRandom random) {
    var own =
        new CertifiedKey(
            PemFiles.readCertificate(folder.resolve("ca.pem")),
            PemFiles.readKey(folder.resolve("ca.key")));
    return new CertificateFolder(folder, CertificateAuthority.of(own, clock, random));
  }

  public CertificateAuthority authority() {
    return authority;
  }

  /** The certificate that peers trust: {@code ca.pem}. */
  public Path trust() {
    return folder.resolve("ca.pem");
  }

  /** The revocation list: {@code revoked.crl}. */
  public Path revocations() {
    return folder.resolve("revoked.crl");
  }

  /**
   * Usual names of a peer's files in a folder: a node's are its name, others their role and name
   * ({@code coordinator} for {@code coordinator/main}).
   */
  public static PeerFiles files(Path into, PeerName name) {
    String base =
        name.role() == Role.NODE
            ? name.name()
            : name.name().equals("main")
                ? name.role().token()
                : name.role().token() + "-" + name.name();
    return new PeerFiles(into.resolve(base + ".pem"), into.resolve(base + ".key"));
  }

  /** Makes a key and its certificate, and writes both; refuses to replace either. */
  public IssuedCertificate issue(CertificateOrder order, PeerFiles files) {
    refuseExisting(files.certificate());
    CertifiedKey made = authority.issue(order);
    PemFiles.writeKey(files.key(), made.key());
    return keep(made.certificate(), files.certificate());
  }

  /** Makes a key and a request for it at the site; the key stays there. Needs no authority. */
  public static CertificateRequest request(
      PeerName name, Path requestFile, Path keyFile, SecureRandom random) {
    refuseExisting(requestFile);
    KeyPair pair = Keys.generate(random);
    CertificateRequest request = CertificateRequest.create(name, pair, random);
    PemFiles.writeKey(keyFile, pair.getPrivate());
    PemFiles.writeRequest(requestFile, request);
    return request;
  }

  /** Signs a site's request; the order must name whom the request names. */
  public IssuedCertificate sign(
      CertificateRequest request, CertificateOrder order, Path certificateFile) {
    if (!request.name().equals(order.name())) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          "certificate request",
          request.name(),
          order.name().uri(),
          "Ask the site for a request in its own name.");
    }
    refuseExisting(certificateFile);
    return keep(authority.certify(order, request.key()), certificateFile);
  }

  private IssuedCertificate keep(X509Certificate certificate, Path file) {
    PemFiles.writeCertificate(issuedFile(serial(certificate)), certificate);
    PemFiles.writeCertificate(file, certificate);
    return describe(certificate, Optional.empty());
  }

  /** Revokes one certificate by its serial (hexadecimal); revoking twice changes nothing. */
  public IssuedCertificate revoke(String serial) {
    IssuedCertificate found =
        show().stream()
            .filter(issued -> issued.serial().equals(serial))
            .findFirst()
            .orElseThrow(
                () ->
                    FederationException.of(
                        ErrorKind.NOT_FOUND,
                        "certificate",
                        serial,
                        "a serial shown by `certs show`",
                        "Check the serial."));
    return revoke(List.of(found)).get(0);
  }

  /** Revokes every certificate of a peer that is not revoked yet. */
  public List<IssuedCertificate> revoke(PeerName name) {
    List<IssuedCertificate> found =
        show().stream().filter(issued -> issued.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw FederationException.of(
          ErrorKind.NOT_FOUND,
          "certificate",
          name.shortName(),
          "a name shown by `certs show`",
          "Check the name.");
    }
    return revoke(found);
  }

  private List<IssuedCertificate> revoke(List<IssuedCertificate> found) {
    Optional<X509CRL> previous = revocationList();
    List<BigInteger> serials =
        found.stream().map(issued -> new BigInteger(issued.serial(), 16)).toList();
    PemFiles.writeRevocations(revocations(), authority.revoke(previous, serials));
    return found.stream()
        .map(
            issued ->
                new IssuedCertificate(
                    issued.name(), issued.serial(), issued.notBefore(), issued.notAfter(), true))
        .toList();
  }

  /** What has been issued, by name, then by the end of validity. */
  public List<IssuedCertificate> show() {
    Path issued = folder.resolve("issued");
    Optional<X509CRL> revoked = revocationList();
    if (!Files.isDirectory(issued)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(issued)) {
      List<IssuedCertificate> result = new ArrayList<>();
      files
          .filter(file -> file.getFileName().toString().matches("[0-9a-f]+\\.pem"))
          .forEach(file -> result.add(describe(PemFiles.readCertificate(file), revoked)));
      result.sort(
          Comparator.comparing((IssuedCertificate i) -> i.name().uri())
              .thenComparing(IssuedCertificate::notAfter));
      return List.copyOf(result);
    } catch (IOException e) {
      throw unusable(issued, e);
    }
  }

  private Optional<X509CRL> revocationList() {
    return Files.exists(revocations())
        ? Optional.of(PemFiles.readRevocations(revocations()))
        : Optional.empty();
  }

  private static IssuedCertificate describe(
      X509Certificate certificate, Optional<X509CRL> revoked) {
    return new IssuedCertificate(
        name(certificate),
        serial(certificate),
        certificate.getNotBefore().toInstant(),
        certificate.getNotAfter().toInstant(),
        revoked.map(list -> list.isRevoked(certificate)).orElse(false));
  }

  private static PeerName name(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (Integer.valueOf(URI_NAME).equals(name.get(0))) {
            return PeerName.parse((String) name.get(1));
          }
        }
      }
    } catch (CertificateParsingException e) {
      throw nameless(certificate, e);
    }
    throw nameless(certificate, new IllegalArgumentException("no URI"));
  }

  private static FederationException nameless(X509Certificate certificate, Exception cause) {
    return new FederationException(
        ErrorKind.CORRUPT,
        "certificate: "
            + serial(certificate)
            + " has no name (expected: tributary://…). Remove it from the folder `issued`.",
        cause);
  }

  private static String serial(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  private Path issuedFile(String serial) {
    return folder.resolve("issued").resolve(serial + ".pem");
  }

  private static void refuseExisting(Path file) {
    if (Files.exists(file)) {
      throw FederationException.of(
          ErrorKind.ALREADY_EXISTS, "file", file, "a new file", "Move it away first.");
    }
  }

  private static FederationException unusable(Path folder, IOException cause) {
    return new FederationException(
        ErrorKind.INVALID_CONFIG,
        "folder: " + folder + " can't be used (expected: readable and writable). Check it.",
        cause);
  }
}
