package io.tributary.certs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certs.CertificateFolder.PeerFiles;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFolderTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z"));
  private static final FederationName ACME = new FederationName("acme-health");
  private static final PeerName NODE = new PeerName(ACME, Role.NODE, "hospital-a");
  private static final PeerName COORDINATOR = new PeerName(ACME, Role.COORDINATOR, "main");

  private final SecureRandom random = new SecureRandom();
  @TempDir private Path temp;
  private Path ca;
  private CertificateFolder folder;

  @BeforeEach
  void init() {
    ca = temp.resolve("ca");
    folder = CertificateFolder.init(ca, ACME, CLOCK, random);
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private Map<String, List<Byte>> state() throws IOException {
    Map<String, List<Byte>> result = new TreeMap<>();
    try (Stream<Path> files = Files.walk(temp)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        List<Byte> bytes = new java.util.ArrayList<>();
        for (byte b : Files.readAllBytes(file)) {
          bytes.add(b);
        }
        result.put(temp.relativize(file).toString(), bytes);
      }
    }
    return result;
  }

  @Test
  void init_newFolder_hasTheLayoutAndASecretKey() throws Exception {
    assertEquals("rw-------", permissions(ca.resolve("ca.key")));
    assertTrue(Files.exists(ca.resolve("ca.pem")));
    assertTrue(Files.isDirectory(ca.resolve("issued")));
    assertEquals(null, PemFiles.readRevocations(folder.revocations()).getRevokedCertificates());
    assertEquals(ACME, CertificateFolder.open(ca, CLOCK, random).authority().federation());
  }

  @Test
  void init_again_refusedAndNothingChanges() throws Exception {
    var before = state();
    var refused =
        assertThrows(
            FederationException.class, () -> CertificateFolder.init(ca, ACME, CLOCK, random));
    assertEquals(ErrorKind.ALREADY_EXISTS, refused.kind());
    assertEquals(before, state());
  }

  @Test
  void issue_node_writesSecretKeyAndMatchingCertificate() throws Exception {
    PeerFiles files = CertificateFolder.files(temp, NODE);
    IssuedCertificate issued = folder.issue(CertificateOrder.of(NODE), files);
    assertEquals(temp.resolve("hospital-a.key"), files.key());
    assertEquals("rw-------", permissions(files.key()));
    var certificate = PemFiles.readCertificate(files.certificate());
    assertEquals(issued.serial(), certificate.getSerialNumber().toString(16));
    assertArrayEquals(
        Files.readAllBytes(files.certificate()),
        Files.readAllBytes(ca.resolve("issued").resolve(issued.serial() + ".pem")));
    assertEquals("EC", PemFiles.readKey(files.key()).getAlgorithm());
  }

  @Test
  void issue_overAnExistingKeyOrCertificate_refusedAndNothingChanges() throws Exception {
    PeerFiles files = CertificateFolder.files(temp, NODE);
    folder.issue(CertificateOrder.of(NODE), files);
    var before = state();
    assertThrows(FederationException.class, () -> folder.issue(CertificateOrder.of(NODE), files));
    var otherCertificate = new PeerFiles(temp.resolve("other.pem"), files.key());
    assertThrows(
        FederationException.class, () -> folder.issue(CertificateOrder.of(NODE), otherCertificate));
    assertEquals(before, state());
  }

  @Test
  void sign_requestOfASite_certifiesItsKey() throws Exception {
    Path request = temp.resolve("hospital-a.csr");
    Path key = temp.resolve("hospital-a.key");
    CertificateFolder.request(NODE, request, key, random);
    assertEquals("rw-------", permissions(key));
    CertificateRequest read = PemFiles.readRequest(request);
    Path certificate = temp.resolve("hospital-a.pem");
    folder.sign(read, CertificateOrder.of(NODE), certificate);
    assertArrayEquals(
        read.key().getEncoded(), PemFiles.readCertificate(certificate).getPublicKey().getEncoded());
  }

  @Test
  void sign_nameThatWasNotAsked_refused() {
    var request =
        CertificateFolder.request(NODE, temp.resolve("a.csr"), temp.resolve("a.key"), random);
    var other = new PeerName(ACME, Role.NODE, "hospital-b");
    var refused =
        assertThrows(
            FederationException.class,
            () -> folder.sign(request, CertificateOrder.of(other), temp.resolve("a.pem")));
    assertEquals(ErrorKind.REFUSED, refused.kind());
    assertFalse(Files.exists(temp.resolve("a.pem")));
  }

  @Test
  void revoke_byName_revokesEachOfItsCertificatesAndKeepsOthers() {
    folder.issue(CertificateOrder.of(NODE), CertificateFolder.files(temp.resolve("1"), NODE));
    folder.issue(CertificateOrder.of(NODE), CertificateFolder.files(temp.resolve("2"), NODE));
    folder.issue(
        CertificateOrder.of(COORDINATOR, "localhost"), CertificateFolder.files(temp, COORDINATOR));
    assertEquals(2, folder.revoke(NODE).size());
    List<IssuedCertificate> shown = CertificateFolder.open(ca, CLOCK, random).show();
    assertEquals(
        List.of("coordinator/main false", "node/hospital-a true", "node/hospital-a true"),
        shown.stream().map(i -> i.name().shortName() + " " + i.revoked()).toList());
  }

  @Test
  void revoke_bySerial_addsToTheList() {
    var first =
        folder.issue(CertificateOrder.of(NODE), CertificateFolder.files(temp.resolve("1"), NODE));
    var second =
        folder.issue(CertificateOrder.of(NODE), CertificateFolder.files(temp.resolve("2"), NODE));
    assertTrue(folder.revoke(first.serial()).revoked());
    assertTrue(folder.revoke(second.serial()).revoked());
    assertEquals(2, PemFiles.readRevocations(folder.revocations()).getRevokedCertificates().size());
    assertThrows(FederationException.class, () -> folder.revoke("abc123"));
  }

  @Test
  void open_missingOrForeignFiles_refusedByName() throws Exception {
    var missing =
        assertThrows(
            FederationException.class,
            () -> CertificateFolder.open(temp.resolve("nowhere"), CLOCK, random));
    assertTrue(missing.sentence().contains("ca.pem does not exist"));
    Files.writeString(ca.resolve("ca.key"), "not a key");
    var foreign =
        assertThrows(FederationException.class, () -> CertificateFolder.open(ca, CLOCK, random));
    assertTrue(foreign.sentence().contains("ca.key"));
    assertEquals(ErrorKind.INVALID_CONFIG, foreign.kind());
  }
}
