package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.federation.settings.Settings;
import io.tributary.training.model.RandomBase;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three virtual nodes with folders of pictures on the real coordinator: a ResNet. */
class PictureFederationTest {
  private static final int SIDE = 16;
  private static final String COUNT = "resnet.embedder.embedder.normalization.num_batches_tracked";

  @TempDir Path folder;

  @Test
  void run_foldersOfPictures_statisticsAreAveragedAndCounted() throws IOException {
    Path base = folder.resolve("model");
    RandomBase.write(
        base,
        (JsonObject)
            JsonReader.read(
                "{\"model_type\":\"resnet\",\"layer_type\":\"basic\",\"embedding_size\":8,"
                    + "\"hidden_sizes\":[8],\"depths\":[1]}"),
        new RandomStreams(2).stream(0, "", "weights"));
    var setting =
        new VirtualFederation.Setting(
            new FederationName("virtual"),
            Files.createDirectory(folder.resolve("state")),
            source("selection", pictures("held-out", 12)),
            1);
    RunResult result;
    try (var federation = VirtualFederation.start(setting)) {
      // batches of 4: the largest site counts 4 a round
      for (int examples : List.of(4, 8, 16)) {
        var node = new NodeName("site-" + examples);
        Path own = pictures(node.value(), examples);
        federation.join(node, JsonValue.object().put("train", source("path", own)).build());
      }
      result = federation.run(plan(), base, Duration.ofMinutes(3));
    }
    assertEquals("completed", result.state(), result.reason());
    result.rounds().stream().skip(1).forEach(round -> assertEquals(3, round.updates()));
    // checkpoints only: what sites sent may still lie in the spool and at the nodes when all closes
    Path checkpoints = folder.resolve("state/coordinator/artifacts");
    assertEquals(List.of(0L, 4L, 8L), counts(checkpoints));
  }

  private static JsonObject source(String pathKey, Path path) {
    return JsonValue.object().put("source", "image-folder").put(pathKey, path.toString()).build();
  }

  private static Plan plan() {
    String json =
        """
        {"name":"shapes","seed":3,
         "model":{"base":"model","task":"image-classification","labels":["dark","light"]},
         "train":{"epochs":1,"batch-size":4,"optimizer":{"learning-rate":0.01}},
         "federation":{"rounds":2,"cohort":{"quorum":3}},
         "keep":{"checkpoints":["all"]}}
        """;
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }

  /** Noise, darker or lighter. */
  private Path pictures(String name, int count) throws IOException {
    RandomGenerator random = new RandomStreams(4).stream(0, name, "pictures");
    Path root = folder.resolve(name);
    for (int i = 0; i < count; i++) {
      Path of = Files.createDirectories(root.resolve(i % 2 == 0 ? "dark" : "light"));
      var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < SIDE * SIDE; at++) {
        int grey = random.nextInt(128) + (i % 2 == 0 ? 0 : 127);
        image.setRGB(at % SIDE, at / SIDE, grey << 16 | grey << 8 | grey);
      }
      ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
    }
    return root;
  }

  /** The batches that the stem's norm has seen, of every checkpoint's statistics, in order. */
  private static List<Long> counts(Path state) throws IOException {
    List<Long> counts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        readCount(file).ifPresent(counts::add);
      }
    }
    return counts.stream().sorted().toList();
  }

  private static Optional<Long> readCount(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
      boolean statistics =
          header.layout().find(COUNT).isPresent()
              && header.layout().find("resnet.embedder.embedder.convolution.weight").isEmpty();
      if (!statistics) {
        return Optional.empty();
      }
      assertTrue(header.canonical());
      assertEquals(DType.I64, header.layout().find(COUNT).orElseThrow().dtype());
      int position = Math.toIntExact(requireNonNull(header.positions().get(COUNT)));
      return Optional.of(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(position));
    } catch (FederationException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
