package io.tributary.client.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.policy.SitePolicy;
import io.tributary.federation.DataSize;
import io.tributary.federation.DeviceChoice;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.manifest.TrustedCode;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.federation.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeConfigTest {
  private static final Path FOLDER = Path.of("/etc/tributary");
  private static final String LEAST =
      """
      "coordinator": {"control": "fed.acme.example:7443"},
      "tls": {"certificate": "a.pem", "key": "a.key", "trust": "ca.pem"},
      "state": "state",
      "data": {"train": {"path": "reports.csv"}}\
      """;

  private static NodeConfig read(String json) {
    return NodeConfig.read(Settings.of("node.yaml", JsonReader.read("{" + json + "}")), FOLDER);
  }

  @Test
  void leastFile_givesEveryDefault() {
    NodeConfig config = read(LEAST);
    assertEquals(new HostPort("fed.acme.example", 7443), config.coordinator().control());
    assertEquals(Optional.empty(), config.coordinator().bulk());
    assertEquals("coordinator/main", config.coordinator().name());
    assertEquals(Optional.empty(), config.proxy());
    assertEquals(FOLDER.resolve("a.pem"), config.tls().certificate());
    assertEquals(FOLDER.resolve("a.key"), config.tls().key());
    assertEquals(FOLDER.resolve("ca.pem"), config.tls().trust());
    assertEquals(FOLDER.resolve("state"), config.state());
    assertEquals(DeviceChoice.AUTO, config.device());
    assertEquals(Optional.empty(), config.libtorch());
    assertEquals(
        new NodeConfig.Limits(
            Optional.empty(), DataSize.parse("1GB"), Optional.empty(), DataSize.parse("20GB")),
        config.limits());
    assertEquals(
        new NodeConfig.BackOff(Duration.ofMillis(250), Duration.ofSeconds(20)), config.backOff());
    assertEquals(SitePolicy.defaults(), config.policy());
    assertEquals(FOLDER.resolve("reports.csv"), config.data().train().path());
    assertTrue(config.data().showCounts());
  }

  @Test
  void everyKey_isRead() {
    String digest = Digest.ofUtf8("base").toString();
    NodeConfig config =
        read(
            """
            "coordinator": {"control": "[::1]:1", "bulk": "fed:2", "name": "coordinator/east"},
            "proxy": {"address": "http://proxy.acme.example:3128", "credentials": "proxy.login"},
            "tls": {"certificate": "/x/a.pem", "key": "a.key", "trust": "ca.pem"},
            "state": "/var/lib/node",
            "data": {"train": {"path": "reports.csv"}, "validation": "10%%"},
            "device": "gpu:1", "libtorch": "torch/lib",
            "limits": {"memory": "6GB", "heap": "512MB", "threads": 4, "cache": "5GB"},
            "policy": {"tasks": ["text-classification"], "base-models": ["%1$s"],
              "torchscript": ["%1$s"], "max-model": "1GB", "max-update": "2GB", "max-epochs": 3, "max-rounds": 4,
              "max-tokens": 64, "min-examples": 50, "what-may-travel": "last-2",
              "share-label-counts": false, "share-evaluation": false, "min-validation": 20},
            "back-off": {"first": "1s", "longest": "2m"}\
            """
                .formatted(digest));
    assertEquals("[::1]:1", config.coordinator().control().toString());
    assertEquals(Optional.of(new HostPort("fed", 2)), config.coordinator().bulk());
    assertEquals("coordinator/east", config.coordinator().name());
    assertEquals(
        Optional.of(
            new ProxyConfig(
                new HostPort("proxy.acme.example", 3128),
                Optional.of(FOLDER.resolve("proxy.login")))),
        config.proxy());
    assertEquals("http://proxy.acme.example:3128", config.proxy().orElseThrow().toString());
    assertPaths(config);
    assertEquals("gpu:1", config.device().toString());
    assertEquals(
        new NodeConfig.Limits(
            Optional.of(DataSize.parse("6GB")),
            DataSize.parse("512MB"),
            Optional.of(4),
            DataSize.parse("5GB")),
        config.limits());
    assertEquals(
        new SitePolicy(
            List.of(Task.TEXT_CLASSIFICATION),
            List.of(Digest.parse(digest)),
            new TrustedCode(List.of(Digest.parse(digest))),
            DataSize.parse("1GB"),
            DataSize.parse("2GB"),
            3,
            4,
            64,
            50,
            new TrainedPart.LastLayers(2),
            false,
            false,
            20),
        config.policy());
    assertEquals(
        new NodeConfig.BackOff(Duration.ofSeconds(1), Duration.ofMinutes(2)), config.backOff());
    assertFalse(config.data().showCounts(), "the policy holds for the card");
  }

  private static void assertPaths(NodeConfig config) {
    assertEquals(Path.of("/x/a.pem"), config.tls().certificate());
    assertEquals(Path.of("/var/lib/node"), config.state());
    assertEquals(Optional.of(FOLDER.resolve("torch/lib")), config.libtorch());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"devise\": \"cpu\" | Did you mean \"device\"?",
        "\"limits\": {\"thread\": 1} | limits.thread",
        "\"policy\": {\"max-epoch\": 1} | Did you mean \"max-epochs\"?",
        "\"policy\": {\"tasks\": \"translation\"} | policy.tasks",
        "\"policy\": {\"base-models\": \"minilm\"} | policy.base-models",
        "\"device\": \"gpu0\" | auto, cpu, gpu or gpu:N",
        "\"policy\": {\"torchscript\": [\"model.pt\"]} | policy.torchscript",
        "\"policy\": {\"what-may-travel\": \"half\"} | policy.what-may-travel",
        "\"limits\": {\"memory\": \"6\"} | limits.memory",
        "\"limits\": {\"threads\": 0} | limits.threads",
        "\"back-off\": {\"first\": \"0s\"} | back-off.first",
        "\"proxy\": {\"address\": \"https://proxy:443\"} | proxy.address",
        "\"proxy\": {\"address\": \"proxy\"} | proxy.address",
        "\"proxy\": {\"credentials\": \"proxy.login\"} | proxy.address",
        "\"proxy\": {\"user\": \"me\"} | proxy.user",
        "\"back-off\": {\"first\": \"10s\", \"longest\": \"1s\"} | back-off.first",
      })
  void brokenKey_isRefusedByName(String json, String named) {
    var refusal = assertThrows(FederationException.class, () -> read(LEAST + ", " + json));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().contains(named), refusal.sentence());
  }

  @ParameterizedTest
  @CsvSource({"fed.acme.example", "fed:0", "fed:70000", "fed:x", ":7443", "http://fed:1", "::1:9"})
  void brokenAddress_isRefused(String address) {
    var refusal =
        assertThrows(
            FederationException.class, () -> read(LEAST.replace("fed.acme.example:7443", address)));
    assertTrue(refusal.sentence().contains("coordinator.control"), refusal.sentence());
  }

  @Test
  void brokenCoordinatorName_isRefused() {
    String json = LEAST.replace("7443\"", "7443\", \"name\": \"node/main\"");
    var refusal = assertThrows(FederationException.class, () -> read(json));
    assertTrue(refusal.sentence().contains("coordinator.name"), refusal.sentence());
  }

  @Test
  void missingKeys_areNamed() {
    for (String key : List.of("control", "certificate", "key", "trust", "state", "path")) {
      String json = LEAST.replace("\"" + key + "\":", "\"" + key + "\": null, \"x\":");
      var refusal = assertThrows(FederationException.class, () -> read(json));
      assertTrue(refusal.sentence().contains(key + ": missing"), refusal.sentence());
    }
  }
}
