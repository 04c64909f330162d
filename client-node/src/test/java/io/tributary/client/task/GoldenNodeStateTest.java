package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.cache.ArtifactCache;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * State folders of nodes as released versions wrote them. A new release adds its own with {@code
 * -Dtributary.write-golden=VERSION}.
 */
class GoldenNodeStateTest {
  private static final AssignmentId ID = AssignmentId.parse("tiny-a1b2c3/2/1/site");
  private static final byte[] DELTA = "a delta".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PART = "a file of a base model".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CHECKPOINT = "a checkpoint".getBytes(StandardCharsets.UTF_8);
  private static final Manifest MODEL =
      Manifest.of(
          Manifest.FOLDER,
          List.of(new ManifestEntry("onnx/weights.bin", Digest.of(PART), PART.length, List.of())));

  @TempDir Path folder = Path.of("");

  private static FinishedUpdate update(Path in) {
    var group =
        new GroupFile(
            "delta",
            in.resolve("delta.safetensors"),
            Digest.ofUtf8("layout"),
            "f32",
            DELTA.length,
            Digest.of(DELTA));
    return new FinishedUpdate(
        ID,
        Digest.ofUtf8("checkpoint"),
        List.of(group),
        10,
        2,
        new TreeMap<>(Map.of("loss", 0.25)));
  }

  private static ArtifactCache cache(Path state) {
    return ArtifactCache.open(
        state.resolve("cache"),
        new DataSize(1_000_000),
        DurableFiles.unforced(),
        () -> Instant.parse("2026-01-01T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = "0.1.0")
  void folder_ofAReleasedVersion_holdsItsUpdateStepsAndModels(String version) throws Exception {
    unpack(version);

    UpdateStore store = UpdateStore.open(folder, DurableFiles.unforced());

    assertEquals(List.of(update(folder.resolve("updates/tiny-a1b2c3/2-1"))), store.finished());
    assertEquals(
        Digest.of(DELTA), ArtifactStore.hash(store.finished().get(0).groups().get(0).file()));
    assertEquals(12, store.stepsPerRound(new RunId("tiny-a1b2c3")));
    ArtifactCache cache = cache(folder);
    try (var use = cache.use()) {
      Optional<Path> model = use.folder(MODEL);
      assertTrue(model.isPresent());
      assertEquals(Digest.of(PART), ArtifactStore.hash(model.get().resolve("onnx/weights.bin")));
      cache.store().verify(Digest.of(CHECKPOINT));
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "tributary.write-golden", matches = "[0-9.]+")
  void write() throws IOException {
    Path target =
        Path.of("src/test/resources/golden/node", System.getProperty("tributary.write-golden"));
    UpdateStore store = UpdateStore.open(target, DurableFiles.unforced());
    Files.write(store.workFolder(ID).resolve("delta.safetensors"), DELTA);
    store.keep(update(target.resolve("work/tiny-a1b2c3/2-1")));
    store.keepStepsPerRound(ID.round().run(), 12);
    ArtifactCache cache = cache(target);
    try (var use = cache.use()) {
      cache.store().put(CHECKPOINT);
      cache.store().put(PART);
      use.assemble(MODEL);
    }
  }

  private void unpack(String version) throws IOException, URISyntaxException {
    Path golden =
        Path.of(
            Objects.requireNonNull(
                    GoldenNodeStateTest.class.getResource("/golden/node/" + version), version)
                .toURI());
    try (Stream<Path> all = Files.walk(golden)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(golden.relativize(path).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(path, copy);
      }
    }
  }
}
