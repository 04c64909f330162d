package io.tributary.coordinator.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.federation.manifest.Manifest;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.ManifestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path folder;
  private ArtifactStore artifacts;
  private CheckpointStore store;
  private Digest base;

  @BeforeEach
  void open() {
    artifacts = ArtifactStore.open(folder.resolve("artifacts"), DurableFiles.unforced());
    base = artifacts.put("{\"base\":1}".getBytes(StandardCharsets.UTF_8));
    store =
        new CheckpointStore(
            folder.resolve("checkpoints"), artifacts, DurableFiles.unforced(), Failpoints.none());
  }

  @Test
  void store_candidate_manifestNamesBaseAndTensorsOnly() throws IOException {
    Provenance stored = store.store(file("tensors"), origin("run-a", 1));

    Manifest manifest =
        Manifest.parse(new String(artifacts.read(stored.checkpoint()), StandardCharsets.UTF_8));
    assertEquals(Manifest.CHECKPOINT, manifest.kind());
    assertEquals(base, manifest.get("base").digest());
    assertEquals(stored.trained(), manifest.get("trained").digest());
    assertEquals(2, manifest.entries().size());
    assertEquals(stored, store.get(new RoundId(new RunId("run-a"), 1)));
    assertEquals(stored, Provenance.parse(stored.toJson().canonical()));
  }

  @Test
  void store_sameTensorsInAnotherRun_sameCheckpointOtherProvenance() throws IOException {
    Provenance one = store.store(file("tensors"), origin("run-a", 1));
    Provenance other = store.store(file("tensors"), origin("run-b", 4));

    assertEquals(one.checkpoint(), other.checkpoint());
    assertNotEquals(one, other);
  }

  @Test
  void drop_notYetJournaled_staysUntilReleased() throws IOException {
    Provenance stored = store.store(file("tensors"), origin("run-a", 1));

    store.drop(Set.of(stored.trained(), stored.checkpoint()));
    assertTrue(artifacts.find(stored.trained()).isPresent());

    store.release(stored.toCheckpoint());
    store.drop(Set.of(stored.trained(), stored.checkpoint()));
    assertFalse(artifacts.find(stored.trained()).isPresent());
    assertFalse(artifacts.find(stored.checkpoint()).isPresent());
  }

  @Test
  void drop_tensorsAreAFileOfABaseModel_stays() throws IOException {
    var bases = new BaseModels(folder.resolve("models"), artifacts, DurableFiles.unforced());
    var sharing =
        new CheckpointStore(
            folder.resolve("checkpoints"),
            artifacts,
            DurableFiles.unforced(),
            Failpoints.none(),
            bases::holds);
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.copy(file("tensors"), model.resolve("model.safetensors"));
    artifacts.put(Files.readAllBytes(model.resolve("model.safetensors")));
    bases.store(ManifestFiles.ofFolder(model).manifest());
    Provenance stored = sharing.store(file("tensors"), origin("run-a", 1));
    sharing.release(stored.toCheckpoint());
    sharing.drop(Set.of(stored.trained(), stored.checkpoint()));
    assertTrue(artifacts.find(stored.trained()).isPresent());
    assertTrue(artifacts.find(stored.checkpoint()).isEmpty());
  }

  @Test
  void drop_writtenTwiceReleasedOnce_stays() throws IOException {
    Provenance stored = store.store(file("tensors"), origin("run-a", 1));
    store.store(file("tensors"), origin("run-b", 1));
    store.release(stored.toCheckpoint());

    store.drop(Set.of(stored.trained()));

    assertTrue(artifacts.find(stored.trained()).isPresent());
  }

  @Test
  void get_droppedCheckpoint_notFoundAndSaysWhy() throws IOException {
    Provenance stored = store.store(file("tensors"), origin("run-a", 1));
    store.release(stored.toCheckpoint());
    store.drop(Set.of(stored.trained()));

    var refusal =
        assertThrows(
            FederationException.class, () -> store.get(new RoundId(new RunId("run-a"), 1)));
    assertEquals(ErrorKind.NOT_FOUND, refusal.kind());
    var missing = assertThrows(FederationException.class, () -> store.file(stored.trained()));
    assertEquals(ErrorKind.CORRUPT, missing.kind());
    assertTrue(missing.sentence().contains(stored.trained().hex()), missing.sentence());
  }

  private Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "candidate", ".tmp"), content);
  }

  private CheckpointStore.Origin origin(String run, int round) {
    return new CheckpointStore.Origin(
        new RoundId(new RunId(run), round),
        Optional.of(Digest.ofUtf8("parent")),
        Digest.ofUtf8("plan"),
        base,
        new TreeMap<>(Map.of(new NodeName("a"), 0.25, new NodeName("b"), 0.75)),
        "test",
        Instant.parse("2026-01-01T00:00:00Z"));
  }
}
