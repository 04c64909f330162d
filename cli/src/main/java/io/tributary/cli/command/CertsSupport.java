package io.tributary.cli.command;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.IssuedCertificate;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What the commands of {@code certs} share. */
final class CertsSupport {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);

  private CertsSupport() {}

  static InstantSource clock() {
    return InstantSource.system();
  }

  static SecureRandom random() {
    return new SecureRandom();
  }

  /** Opens an authority's folder; a folder without one is refused. */
  static CertificateFolder open(Path folder) {
    if (!Files.exists(folder.resolve("ca.pem"))) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          folder.toString(),
          "no certificate authority",
          "a folder made by `tributary certs init`",
          "Name it with --ca.");
    }
    return CertificateFolder.open(folder, clock(), random());
  }

  /** Reads {@code ROLE/NAME} as a peer of the federation. */
  static PeerName peer(FederationName federation, String name) {
    int slash = name.indexOf('/');
    if (slash < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "name",
          name,
          "ROLE/NAME, such as node/hospital-a, coordinator/main or operator/alice",
          "Put the role before the name.");
    }
    return new PeerName(federation, Role.of(name.substring(0, slash)), name.substring(slash + 1));
  }

  static String day(Instant time) {
    return DAY.format(time);
  }

  static JsonObject json(IssuedCertificate certificate) {
    return builder(certificate).build();
  }

  static JsonObject json(IssuedCertificate certificate, Path file) {
    return builder(certificate).put("file", file.toString()).build();
  }

  private static JsonValue.ObjectBuilder builder(IssuedCertificate certificate) {
    return JsonValue.object()
        .put("name", certificate.name().shortName())
        .put("uri", certificate.name().uri())
        .put("serial", certificate.serial())
        .put("notBefore", certificate.notBefore().toString())
        .put("notAfter", certificate.notAfter().toString())
        .put("revoked", certificate.revoked());
  }
}
