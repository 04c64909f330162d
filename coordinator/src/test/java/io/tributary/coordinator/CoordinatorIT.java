package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.settings.Settings;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.EvictNodeRequest;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.ReloadRequest;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.TlsChannels;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import io.tributary.transport.artifact.ArtifactStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator on real ports with real certificates. */
class CoordinatorIT {
  private static final FederationName FEDERATION = new FederationName("acme");
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;
  private CertificateFolder certificates;

  @BeforeEach
  void certificates() throws IOException {
    certificates =
        CertificateFolder.init(folder.resolve("ca"), FEDERATION, CLOCK, new SecureRandom());
    issue("coordinator/main", "localhost", "127.0.0.1");
    issue("operator/ops");
    issue("node/hospital-a");
    Files.writeString(folder.resolve("held-out.csv"), "f0,label\n1,a\n2,b\n");
  }

  @Test
  void start_tls_operatorIsAnsweredOnTheControlPort() {
    try (Coordinator coordinator = start("one", "127.0.0.1:0")) {
      assertTrue(coordinator.serving().bulk().isPresent());
      var channels = channels("operator-ops", coordinator);
      try {
        var about = operations(channels).about(AboutRequest.getDefaultInstance());
        assertEquals("acme", about.getFederation());
        assertEquals(
            0, operations(channels).reload(ReloadRequest.getDefaultInstance()).getRevoked());
      } finally {
        channels.close(Duration.ZERO);
      }
    }
  }

  @Test
  void reload_revokedNode_openJoinEndsWithinASecond() throws Exception {
    try (Coordinator coordinator = start("one", "127.0.0.1:0")) {
      var operator = channels("operator-ops", coordinator);
      try {
        boolean prompt = false;
        // a busy machine may spoil some of the tries, not each of them
        for (int i = 1; !prompt && i <= 5; i++) {
          issue("node/hospital-" + i);
          prompt = endsWithinASecond(coordinator, operator, i);
        }
        assertTrue(prompt, "no join ended within a second");
      } finally {
        operator.close(Duration.ZERO);
      }
    }
  }

  private boolean endsWithinASecond(Coordinator coordinator, TlsChannels operator, int number)
      throws Exception {
    String name = "hospital-" + number;
    var site = channels(name, coordinator);
    var node = new ScriptedNode(name, folder, 1, id -> ScriptedUpdate.Fault.NONE);
    try {
      node.join(site.control());
      assertTrue(java.util.Objects.requireNonNull(node.messages.take()).hasWelcome());
      certificates.revoke(name("node/" + name));

      int revoked = operations(operator).reload(ReloadRequest.getDefaultInstance()).getRevoked();

      assertEquals(number, revoked);
      String soon = node.ends.poll(1, TimeUnit.SECONDS);
      String end = soon == null ? node.ends.poll(60, TimeUnit.SECONDS) : soon;
      assertTrue(String.valueOf(end).contains("PERMISSION_DENIED"), end);
      return soon != null;
    } finally {
      node.close();
      site.close(Duration.ZERO);
    }
  }

  @Test
  void evict_revokedNode_isSentAwayForGood() throws Exception {
    try (Coordinator coordinator = start("one", "127.0.0.1:0")) {
      var operator = channels("operator-ops", coordinator);
      var site = channels("hospital-a", coordinator);
      var node = new ScriptedNode("hospital-a", folder, 1, id -> ScriptedUpdate.Fault.NONE);
      try {
        node.join(site.control());
        assertTrue(java.util.Objects.requireNonNull(node.messages.take()).hasWelcome());
        certificates.revoke(name("node/hospital-a"));

        operations(operator).evictNode(EvictNodeRequest.newBuilder().setNode("hospital-a").build());
        assertTrue(
            java.util.Objects.requireNonNull(node.ends.poll(30, TimeUnit.SECONDS))
                .contains("PERMISSION_DENIED"));
        node.join(site.control());

        String end = java.util.Objects.requireNonNull(node.ends.poll(30, TimeUnit.SECONDS));
        assertTrue(end.contains("PERMISSION_DENIED"), end);
      } finally {
        node.close();
        site.close(Duration.ZERO);
        operator.close(Duration.ZERO);
      }
    }
  }

  @Test
  void start_refused_leavesTheStateFolderAsItWas() throws Exception {
    start("two", "127.0.0.1:0").close();
    Map<String, String> before = contents(folder.resolve("two"));
    try (Coordinator first = start("one", "127.0.0.1:0")) {
      int port = first.serving().control().map(InetSocketAddress::getPort).orElseThrow();
      assertThrows(FederationException.class, () -> start("two", "127.0.0.1:" + port));
    }
    assertEquals(before, contents(folder.resolve("two")));
    Files.delete(folder.resolve("held-out.csv"));
    assertThrows(FederationException.class, () -> start("two", "127.0.0.1:0"));
    assertEquals(before, contents(folder.resolve("two")));
  }

  /** Digest and time of every file. */
  private static Map<String, String> contents(Path state) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(state)) {
      for (Path path : paths.toList()) {
        String bytes = Files.isDirectory(path) ? "" : ArtifactStore.hash(path).toString();
        contents.put(
            state.relativize(path).toString(), bytes + " " + Files.getLastModifiedTime(path));
      }
    }
    return contents;
  }

  @Test
  void start_portInUse_refusedWithTheAddressAndTheFolderFree() {
    try (Coordinator first = start("one", "127.0.0.1:0")) {
      int port = first.serving().control().map(InetSocketAddress::getPort).orElseThrow();

      var refusal =
          assertThrows(FederationException.class, () -> start("two", "127.0.0.1:" + port));

      assertEquals(ErrorKind.IN_USE, refusal.kind());
      assertTrue(refusal.sentence().contains(String.valueOf(port)), refusal.sentence());
    }
    start("two", "127.0.0.1:0").close();
  }

  @Test
  void start_keyMissing_refusedByName() throws IOException {
    Files.delete(folder.resolve("coordinator.key"));

    var refusal = assertThrows(FederationException.class, () -> start("one", "127.0.0.1:0"));

    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().contains("coordinator.key"), refusal.sentence());
    assertTrue(Files.notExists(folder.resolve("one")));
  }

  @Test
  void start_heldOutMissing_refusedByName() throws IOException {
    Files.delete(folder.resolve("held-out.csv"));

    var refusal = assertThrows(FederationException.class, () -> start("one", "127.0.0.1:0"));

    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().startsWith("held-out.selection"), refusal.sentence());
  }

  private Coordinator start(String state, String control) {
    String json =
        """
        {"federation": "acme", "state": "%s",
         "listen": {"control": "%s", "bulk": "127.0.0.1:0"},
         "tls": {"certificate": "coordinator.pem", "key": "coordinator.key",
                 "trust": "ca/ca.pem", "revoked": "ca/revoked.crl"},
         "held-out": {"selection": "held-out.csv", "features": ["f0"]}}
        """;
    CoordinatorConfig config =
        CoordinatorConfig.read(
            Settings.of("coordinator.yaml", JsonReader.read(json.formatted(state, control))),
            folder);
    return Coordinator.start(
        config, CoordinatorSeams.ofService("test", ignored -> new ScriptedWorker()));
  }

  private TlsChannels channels(String files, Coordinator coordinator) {
    int port = coordinator.serving().control().map(InetSocketAddress::getPort).orElseThrow();
    TlsMaterial tls =
        TlsMaterial.read(
            new TlsFiles(
                folder.resolve(files + ".pem"),
                folder.resolve(files + ".key"),
                certificates.trust()));
    return TlsChannels.open(
        new CoordinatorAddress("localhost", port, name("coordinator/main")), tls, CLOCK);
  }

  private static OperationsGrpc.OperationsBlockingStub operations(TlsChannels channels) {
    return OperationsGrpc.newBlockingStub(channels.control())
        .withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  private void issue(String peer, String... hosts) {
    PeerName name = name(peer);
    certificates.issue(CertificateOrder.of(name, hosts), CertificateFolder.files(folder, name));
  }

  private static PeerName name(String peer) {
    return PeerName.parse("tributary://" + FEDERATION + "/" + peer);
  }
}
