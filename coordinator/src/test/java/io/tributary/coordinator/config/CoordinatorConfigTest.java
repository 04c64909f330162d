package io.tributary.coordinator.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.DataSize;
import io.tributary.federation.DeviceChoice;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.manifest.TrustedCode;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.SourceFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoordinatorConfigTest {
  private static final Path FOLDER = Path.of("/etc/tributary");
  private static final String LEAST =
      """
      {"federation": "acme-health",
       "state": "state",
       "tls": {"certificate": "coordinator.pem", "key": "coordinator.key", "trust": "ca.pem"},
       "held-out": {"selection": "selection.jsonl"}%s}
      """;

  @Test
  void read_requiredKeysOnly_everyDefault() {
    CoordinatorConfig config = read(LEAST.formatted(""));

    assertEquals(new FederationName("acme-health"), config.federation());
    assertEquals(
        new ListenConfig(
            new ListenAddress("0.0.0.0", 7443),
            Optional.of(new ListenAddress("0.0.0.0", 7444)),
            List.of()),
        config.listen());
    assertEquals(Path.of("/etc/tributary/state"), config.state());
    assertEquals(
        new TlsConfig(
            FOLDER.resolve("coordinator.pem"),
            FOLDER.resolve("coordinator.key"),
            FOLDER.resolve("ca.pem"),
            Optional.empty()),
        config.tls());
    DatasetSpec selection = config.heldOut().orElseThrow().selection();
    assertEquals(FOLDER.resolve("selection.jsonl"), selection.train().path());
    assertEquals(SourceFormat.JSONL, selection.train().format());
    assertEquals(Optional.of("text"), selection.train().text());
    assertEquals("label", selection.train().label());
    assertEquals(Optional.empty(), config.heldOut().orElseThrow().test());
    assertEquals(
        new LimitsConfig(
            DataSize.parse("200GB"),
            DataSize.parse("8GB"),
            100_000_000,
            16,
            Optional.empty(),
            Optional.empty()),
        config.limits());
    assertEquals(6, config.limits().threadsOf(6), "a thread for each core");
    assertEquals(TrustedCode.NONE, config.torchscript());
    assertEquals(DeviceChoice.AUTO, config.device());
    assertEquals(Optional.empty(), config.libtorch());
    assertEquals(1, config.threads());
    assertEquals(Durability.FULL, config.durability());
    assertEquals(Duration.ofSeconds(60), config.lease());
  }

  @Test
  void read_everyKey_isMapped() {
    CoordinatorConfig config =
        read(
            """
            {"federation": "bank",
             "listen": {"control": "127.0.0.1:1", "bulk": "[::1]:2", "names": ["a.example", "b.example"]},
             "state": "/var/lib/tributary",
             "tls": {"certificate": "/c.pem", "key": "k.key", "trust": "t.pem", "revoked": "r.crl"},
             "held-out": {"selection": "s.csv", "test": "t.csv", "source": "csv",
                          "features": ["f0", "f1"], "label": "code", "labels": {"J18": "pneumonia"},
                          "delimiter": ";"},
             "limits": {"spool": "9GB", "update": "1GB", "examples": 7, "memory": "6GB",
                        "connections": 5,
                        "threads": 3},
             "torchscript": ["%s"],
             "device": "gpu:2", "libtorch": "/opt/torch", "threads": 4, "durability": "none", "lease": "15s"}
            """
                .formatted(Digest.ofUtf8("code")));

    assertEquals(
        new ListenConfig(
            new ListenAddress("127.0.0.1", 1),
            Optional.of(new ListenAddress("::1", 2)),
            List.of("a.example", "b.example")),
        config.listen());
    assertEquals(Path.of("/var/lib/tributary"), config.state());
    assertEquals(Path.of("/c.pem"), config.tls().certificate());
    assertEquals(Optional.of(FOLDER.resolve("r.crl")), config.tls().revoked());
    DatasetSpec test = config.heldOut().orElseThrow().test().orElseThrow();
    assertEquals(FOLDER.resolve("t.csv"), test.train().path());
    assertEquals(List.of("f0", "f1"), test.train().features());
    assertEquals("code", test.train().label());
    assertEquals(Map.of("J18", "pneumonia"), test.train().labels());
    assertEquals(';', test.train().delimiter());
    assertEquals(
        new LimitsConfig(
            DataSize.parse("9GB"),
            DataSize.parse("1GB"),
            7,
            5,
            Optional.of(DataSize.parse("6GB")),
            Optional.of(3)),
        config.limits());
    assertEquals(3, config.limits().threadsOf(6));
    assertEquals(List.of(Digest.ofUtf8("code")), config.torchscript().digests());
    assertEquals("gpu:2", config.device().toString());
    assertEquals(Optional.of(Path.of("/opt/torch")), config.libtorch());
    assertEquals(4, config.threads());
    assertEquals(Durability.NONE, config.durability());
    assertEquals(Duration.ofSeconds(15), config.lease());
  }

  @Test
  void read_bulkSame_oneListener() {
    assertEquals(
        Optional.empty(),
        read(LEAST.formatted(", \"listen\": {\"bulk\": \"same\"}")).listen().bulk());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"threds\": 2 | coordinator.yaml: threds: unknown key | Did you mean \"threads\"?",
        "\"listen\": {\"contrl\": \"a:1\"} | coordinator.yaml: listen.contrl: unknown key | Did you"
            + " mean",
        "\"threads\": 0 | coordinator.yaml: threads: 0 | from 1 to 1024",
        "\"limits\": {\"threads\": 0} | coordinator.yaml: limits.threads: 0 | from 1 to 1024",
        "\"threads\": \"many\" | coordinator.yaml: threads: | whole number",
        "\"device\": \"tpu\" | coordinator.yaml: device: \"tpu\" | auto, cpu, gpu or gpu:N",
        "\"durability\": \"some\" | coordinator.yaml: durability: some | one of full, none",
        "\"lease\": \"1s\" | coordinator.yaml: lease: 1s | 5s or longer",
        "\"lease\": 60 | coordinator.yaml: lease: | ms, s, m, h or d",
        "\"listen\": {\"control\": \"nowhere\"} | coordinator.yaml: listen.control: | HOST:PORT",
        "\"listen\": {\"control\": \"a:70000\"} | coordinator.yaml: listen.control: | 0 to 65535",
        "\"listen\": {\"control\": \"a:1\", \"bulk\": \"a:1\"} | coordinator.yaml: listen.bulk: a:1"
            + " | same",
        "\"limits\": {\"update\": \"9GB\", \"spool\": \"1GB\"} | coordinator.yaml: limits.update:"
            + " 9GB | limits.spool",
        "\"limits\": {\"spool\": \"12\"} | coordinator.yaml: limits.spool: | unit",
      })
  void read_brokenKey_refusedWithItsPath(String extra, String start, String contained) {
    var refusal =
        assertThrows(FederationException.class, () -> read(LEAST.formatted(", " + extra)));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertEquals(start, refusal.sentence().substring(0, start.length()), refusal.sentence());
    assertEquals(true, refusal.sentence().contains(contained), refusal.sentence());
  }

  @Test
  void read_noHeldOut_hasNone() {
    String without =
        LEAST.formatted("").replace(",\n \"held-out\": {\"selection\": \"selection.jsonl\"}", "");

    assertEquals(Optional.empty(), read(without).heldOut());
  }

  @ParameterizedTest
  @CsvSource({
    "federation",
    "state",
    "tls.certificate",
    "tls.key",
    "tls.trust",
    "held-out.selection"
  })
  void read_requiredKeyMissing_refused(String path) {
    String key = path.substring(path.indexOf('.') + 1);
    String without =
        LEAST.formatted("").replaceFirst("\"" + key + "\": \"[^\"]*\",? ?", "").replace(", }", "}");

    var refusal = assertThrows(FederationException.class, () -> read(without));

    assertEquals(
        true,
        refusal.sentence().startsWith("coordinator.yaml: " + path + ": missing"),
        refusal.sentence());
  }

  @Test
  void read_heldOutThatLearnsFromATrainingPart_refused() {
    String learns = "\"features\": [\"f0\"], \"%s\", ";
    for (String key : List.of("standardize\": \"training", "missing\": \"mean")) {
      String json =
          LEAST.formatted("").replace("\"selection\"", learns.formatted(key) + "\"selection\"");
      var refusal = assertThrows(FederationException.class, () -> read(json));
      assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
      assertEquals(true, refusal.sentence().contains("declare scales"), refusal.sentence());
      read(json.replace("\"features\"", "\"scales\": {\"f0\": [0, 1]}, \"features\""));
    }
  }

  private static CoordinatorConfig read(String json) {
    return CoordinatorConfig.read(Settings.of("coordinator.yaml", JsonReader.read(json)), FOLDER);
  }
}
