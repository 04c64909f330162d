package io.tributary.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.protobuf.services.HealthStatusManager;
import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.CertifiedKey;
import io.tributary.certs.PemFiles;
import io.tributary.certs.wrong.WrongCertificate;
import io.tributary.client.check.CheckFinding;
import io.tributary.client.check.CheckFinding.Outcome;
import io.tributary.client.check.CheckParts;
import io.tributary.client.check.NodeCheck;
import io.tributary.client.session.Phase;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.transport.ListenSettings;
import io.tributary.transport.ServerListeners;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import io.tributary.transport.testing.GrpcResources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A node over real mutual TLS on loopback, with right and wrong certificates, and its check. */
@Timeout(180)
class NodeTlsIT {
  private static final FederationName ACME = new FederationName("acme");
  private static final PeerName MAIN = new PeerName(ACME, Role.COORDINATOR, "main");
  private static final PeerName SITE = new PeerName(ACME, Role.NODE, "site-a");

  @RegisterExtension final GrpcResources grpc = new GrpcResources();
  @TempDir Path folder = Path.of("");
  private final SecureRandom random = new SecureRandom();
  private NodeFixture fixture;
  private CertificateFolder authority;
  private ServerListeners listeners;

  @BeforeEach
  void setUp() throws IOException {
    fixture = new NodeFixture(folder, grpc);
    authority = CertificateFolder.init(folder.resolve("ca"), ACME, InstantSource.system(), random);
    var health = new HealthStatusManager();
    var files = CertificateFolder.files(folder, MAIN);
    authority.issue(CertificateOrder.of(MAIN, "localhost"), files);
    listeners =
        ServerListeners.start(
            ListenSettings.of(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Optional.empty()),
            TlsMaterial.read(new TlsFiles(files.certificate(), files.key(), authority.trust())),
            List.of(),
            new ServerListeners.Services(
                List.of(
                    fixture.coordinator.participation().bindService(),
                    health.getHealthService().bindService()),
                List.of(fixture.coordinator.artifacts().bindService())),
            System::nanoTime);
    fixture.control = "localhost:" + listeners.control().getPort();
    fixture.trust = authority.trust().toString();
  }

  @AfterEach
  void tearDown() {
    listeners.close(Duration.ofSeconds(1));
  }

  private void right(PeerName name) {
    var files = CertificateFolder.files(folder, name);
    authority.issue(CertificateOrder.of(name), files);
    fixture.certificate = files.certificate().toString();
    fixture.key = files.key().toString();
  }

  private void wrong(WrongCertificate fault) {
    CertifiedKey pair =
        fault.make(
            authority.authority(), CertificateOrder.of(SITE), InstantSource.system(), random);
    var files = CertificateFolder.files(folder, SITE);
    PemFiles.writeCertificate(files.certificate(), pair.certificate());
    PemFiles.writeKey(files.key(), pair.key());
    fixture.certificate = files.certificate().toString();
    fixture.key = files.key().toString();
  }

  private List<CheckFinding> check() {
    CheckParts real = CheckParts.real();
    return NodeCheck.run(
        fixture.config(),
        new CheckParts(
            real.channels(),
            config -> fixture.worker,
            real.gpus(),
            real.clock(),
            Duration.ofSeconds(30),
            real.memoryBytes()));
  }

  private static List<String> failed(List<CheckFinding> findings) {
    return findings.stream()
        .filter(finding -> finding.outcome() == Outcome.FAILED)
        .map(CheckFinding::name)
        .toList();
  }

  @Test
  void rightCertificate_joinsTrainsAndSubmits() throws Exception {
    right(SITE);
    try (Node node = Node.start(fixture.config(), fixture.tlsParts())) {
      fixture.coordinator.await(NodeMessage::hasHello);
      fixture.awaitJoined();
      fixture.coordinator.send(fixture.offer(fixture.id(1, 1)));
      fixture.coordinator.await(NodeMessage::hasFinished);
      assertEquals(Phase.JOINED, node.state().phase());
    }
    assertEquals(1, fixture.coordinator.receipts.get());
  }

  @Test
  void certificateOfAnotherAuthority_isRefusedForGoodWithAClearSentence() throws Exception {
    wrong(WrongCertificate.OTHER_AUTHORITY);
    try (Node node = Node.start(fixture.config(), fixture.tlsParts())) {
      NodeEnd end = node.awaitEnd(Duration.ofSeconds(60)).orElseThrow();
      assertEquals(Phase.REFUSED, end.phase());
      assertEquals(ErrorKind.NOT_ADMITTED, end.failure().orElseThrow());
      assertTrue(end.sentence().contains("own certificate: refused"), end.sentence());
    }
    assertTrue(fixture.coordinator.received.isEmpty());
  }

  @Test
  void expiredCertificate_isRefusedBeforeAnythingIsSent() {
    wrong(WrongCertificate.EXPIRED);
    var refusal =
        assertThrows(
            FederationException.class, () -> Node.start(fixture.config(), fixture.tlsParts()));
    assertEquals(ErrorKind.NOT_ADMITTED, refusal.kind());
  }

  @Test
  void operatorsCertificate_cannotTrain() {
    right(new PeerName(ACME, Role.OPERATOR, "ops"));
    var refusal =
        assertThrows(
            FederationException.class, () -> Node.start(fixture.config(), fixture.tlsParts()));
    assertEquals(ErrorKind.NOT_ADMITTED, refusal.kind());
    assertTrue(refusal.sentence().contains("role node"), refusal.sentence());
  }

  @Test
  void coordinatorOfAnotherName_isNotTrusted() throws Exception {
    right(SITE);
    var config = fixture.config("\"name\": \"coordinator/other\", ");
    try (Node node = Node.start(config, fixture.tlsParts())) {
      NodeEnd end = node.awaitEnd(Duration.ofSeconds(60)).orElseThrow();
      assertEquals(ErrorKind.NOT_ADMITTED, end.failure().orElseThrow());
      assertTrue(end.sentence().contains("coordinator's certificate"), end.sentence());
    }
  }

  @Test
  void check_whereAllIsWell_findsNothingWrong() {
    right(SITE);
    List<CheckFinding> findings = check();
    assertEquals(List.of(), failed(findings), findings.toString());
    var names = findings.stream().map(CheckFinding::name).distinct().toList();
    assertEquals(
        List.of(
            "configuration",
            "certificate",
            "certificate chain",
            "key file",
            "coordinator",
            "disk",
            "memory",
            "device",
            "data"),
        names);
    assertTrue(fixture.coordinator.received.isEmpty(), "it joins nothing");
  }

  @Test
  void check_withoutACoordinator_saysWhatToDo() {
    right(SITE);
    listeners.close(Duration.ZERO);
    List<CheckFinding> findings = check();
    assertEquals(List.of("coordinator"), failed(findings), findings.toString());
    assertTrue(findings.stream().anyMatch(f -> f.fix().contains("firewall")));
  }

  @Test
  void check_withAWrongCertificate_namesChainAndCoordinator() {
    wrong(WrongCertificate.OTHER_AUTHORITY);
    assertEquals(List.of("certificate chain", "coordinator"), failed(check()));
  }

  @Test
  void check_withoutFiles_namesEachOfThem() throws IOException {
    java.nio.file.Files.delete(fixture.data);
    assertEquals(List.of("certificate", "coordinator", "data"), failed(check()));
  }
}
