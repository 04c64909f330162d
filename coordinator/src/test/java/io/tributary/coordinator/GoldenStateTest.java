package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.World;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State folders as released versions left them when they were killed: opened, understood and gone
 * on with. A new release adds its own with {@code -Dtributary.write-golden=VERSION}.
 */
class GoldenStateTest {
  private static final String PAIR = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
  private static final int ROUNDS = 2;
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = "0.1.0")
  void folder_ofAReleasedVersion_isReadAsItWasWritten(String version) throws IOException {
    unpack(version);
    JsonObject expected = expected(version);
    for (int opening = 1; opening <= 2; opening++) {
      try (var journal = SqliteJournal.open(folder.resolve("state"))) {
        assertEquals(
            expected.canonical(), described(World.fold(journal.history())).canonical(), version);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = "0.1.0")
  void runs_ofAReleasedVersion_goOnToTheDigestOfAnUndisturbedRun(String version) throws Exception {
    unpack(version);
    JsonObject expected = expected(version);
    String digest = text(run(expected, "completed"), "final");
    String midRound = text(run(expected, "collecting"), "run");
    String paused = text(run(expected, "paused"), "run");
    try (var federation = new TestFederation(folder)) {
      federation.node("a", 0.5f);
      federation.node("b", 0.25f);

      RunView end = federation.awaitEnd(midRound);

      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(digest, end.getFinalDigest());
      assertEquals("stands", end.getDeterminism());
      assertEquals(
          1, federation.nodes.get(0).finished.size(), "an update with a receipt is made again");

      federation.operator().resumeRun(RunRequest.newBuilder().setRun(paused).build());
      assertEquals(digest, federation.awaitEnd(paused).getFinalDigest());
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "tributary.write-golden", matches = "[0-9.]+")
  void write() throws Exception {
    Path target =
        Path.of("src/test/resources/golden/state", System.getProperty("tributary.write-golden"));
    try (var federation = new TestFederation(folder)) {
      ScriptedNode a = federation.node("a", 0.5f);
      ScriptedNode b = federation.node("b", 0.25f);
      federation.awaitEnd(federation.start(ROUNDS, PAIR).getRun());
      b.idle = true;
      RunView paused = startAndReceiptOne(federation, a);
      federation.operator().pauseRun(RunRequest.newBuilder().setRun(paused.getRun()).build());
      startAndReceiptOne(federation, a);
      // nothing moves now, so that a copy is what kill -9 would leave
      ZippedFolder.write(folder.resolve("state"), target.resolve("state.zip"));
    }
    unpackInto(folder.resolve("again"), Files.newInputStream(target.resolve("state.zip")));
    try (var journal = SqliteJournal.open(folder.resolve("again/state"))) {
      String text = described(World.fold(journal.history())).canonical() + "\n";
      Files.writeString(target.resolve("expected.json"), text);
    }
  }

  private static RunView startAndReceiptOne(TestFederation federation, ScriptedNode first)
      throws IOException {
    int before = first.receipts.size();
    RunView run = federation.start(ROUNDS, PAIR);
    var request = RunRequest.newBuilder().setRun(run.getRun()).build();
    long end = System.nanoTime() + TestFederation.PATIENCE.toNanos();
    boolean judged = false;
    while ((!judged || first.receipts.size() == before) && System.nanoTime() < end) {
      judged =
          federation.operator().showRun(request).getCohortList().stream()
              .anyMatch(node -> node.getState().equals("counted"));
    }
    assertTrue(judged);
    return run;
  }

  private void unpack(String version) throws IOException {
    unpackInto(folder, resource(version + "/state.zip"));
  }

  private static void unpackInto(Path folder, InputStream zip) throws IOException {
    try (zip) {
      ZippedFolder.read(zip, folder.resolve("state"));
    }
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        GoldenStateTest.class.getResourceAsStream("/golden/state/" + name), name);
  }

  private static JsonObject expected(String version) throws IOException {
    try (InputStream in = resource(version + "/expected.json")) {
      return (JsonObject)
          JsonReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  private static JsonObject run(JsonObject expected, String state) {
    var runs = ((JsonValue.JsonArray) expected.find("runs").orElseThrow()).items();
    return runs.stream()
        .map(JsonObject.class::cast)
        .filter(run -> text(run, "state").equals(state))
        .findFirst()
        .orElseThrow();
  }

  private static String text(JsonObject run, String key) {
    return ((JsonValue.JsonString) run.find(key).orElseThrow()).value();
  }

  /** What must be found again: runs, states, checkpoints that are intact, receipts in the spool. */
  private JsonObject described(World world) {
    return JsonValue.object()
        .put("runs", JsonValue.array(world.runs().values().stream().map(this::described).toList()))
        .build();
  }

  private JsonValue described(RunState run) {
    Stream<AssignmentRecord> all =
        Stream.concat(
            run.rounds().stream().flatMap(round -> round.cohort().stream()),
            run.open().cohort().values().stream());
    List<JsonValue> receipts =
        all.filter(record -> record.update().isPresent()).distinct().map(this::described).toList();
    List<JsonValue> rounds =
        run.rounds().stream().map(round -> described(run.run(), round)).toList();
    return JsonValue.object()
        .put("run", run.run().value())
        .put("state", run.phase().token())
        .put("round", run.open().round())
        .put("sequence", run.marks().sequence())
        .put("final", run.finalDigest().toString())
        .put("rounds", JsonValue.array(rounds))
        .put("receipts", JsonValue.array(receipts))
        .build();
  }

  private JsonValue described(RunId run, RoundRecord round) {
    StateFolder state = new StateFolder(root());
    ArtifactStore artifacts = ArtifactStore.open(state.artifacts(), DurableFiles.unforced());
    var checkpoints =
        new CheckpointStore(
            state.checkpoints(), artifacts, DurableFiles.unforced(), Failpoints.none());
    var record = checkpoints.find(new RoundId(run, round.round())).orElseThrow();
    assertEquals(round.checkpoint(), record.toCheckpoint());
    artifacts.find(record.trained()).ifPresent(kept -> artifacts.verify(record.trained()));
    return JsonValue.object()
        .put("round", round.round())
        .put("checkpoint", record.checkpoint().toString())
        .put("trained", record.trained().toString())
        .put("kept", artifacts.find(record.trained()).isPresent())
        .build();
  }

  private JsonValue described(AssignmentRecord record) {
    Path spooled =
        root()
            .resolve("spool")
            .resolve(record.id().round().run().value())
            .resolve(Integer.toString(record.id().round().round()))
            .resolve(record.node().value())
            .resolve(Integer.toString(record.id().attempt()))
            .resolve("delta.safetensors");
    String bytes = Files.exists(spooled) ? ArtifactStore.hash(spooled).toString() : "cleared";
    return JsonValue.object()
        .put("assignment", record.id().toString())
        .put("update", record.update().orElseThrow().digest().toString())
        .put("spooled", bytes)
        .build();
  }

  private Path root() {
    Path again = folder.resolve("again/state");
    return Files.exists(again) ? again : folder.resolve("state");
  }
}
