package io.tributary.simulations.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.client.PersonalModels;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs in which nodes have models of their own. */
class PersonalFederationTest {
  private static final List<String> NODES = List.of("site-a", "site-b");

  @TempDir Path folder;

  private static Plan plan(String personal) {
    String json =
        """
        {"name":"own","seed":3,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":2,"batch-size":6,"personal":"%s",
                  "optimizer":{"name":"sgd","learning-rate":0.1}},
         "federation":{"rounds":3,"cohort":{"quorum":2,"nodes":["site-a","site-b"]}}}
        """;
    return Plan.parse(json.formatted(personal));
  }

  private RunId completed(String personal) throws IOException {
    try (var federation =
        new RestartableFederation(folder, Failpoints.none(), RestartableFederation::worker)) {
      for (String node : NODES) {
        federation.start(node);
      }
      RunId run = federation.begin(plan(personal));
      RunResult end = federation.await(run);
      assertEquals("completed", end.state(), end.reason());
      assertEquals(2, end.rounds().get(end.rounds().size() - 1).updates());
      return run;
    }
  }

  /** Tensors of a file, each as its bytes; those of a few numbers could be anywhere by chance. */
  private static List<byte[]> tensors(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
    List<byte[]> tensors = new ArrayList<>();
    for (TensorSpec tensor : header.layout().tensors()) {
      int at = (int) header.position(tensor.name());
      tensors.add(Arrays.copyOfRange(bytes, at, at + (int) tensor.bytes()));
    }
    return tensors;
  }

  private static boolean holds(Path file, byte[] wanted) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    ByteBuffer pattern = ByteBuffer.wrap(wanted);
    for (int at = 0; at + wanted.length <= bytes.capacity(); at++) {
      if (bytes.slice(at, wanted.length).equals(pattern)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void fedPer_nothingOfANodesHead_isAnywhereAtTheCoordinator() throws IOException {
    RunId run = completed("fedper");
    for (String node : NODES) {
      PersonalModels.Kept kept = PersonalModels.find(folder.resolve("node-" + node), run.value());
      assertEquals(3, kept.round());
      List<byte[]> head = tensors(kept.folder().resolve("personal.safetensors"));
      assertEquals(2, head.size(), "weight and bias");
      try (Stream<Path> files = Files.walk(folder.resolve("coordinator"))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          for (byte[] tensor : head) {
            assertFalse(holds(file, tensor), file.toString());
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedrep", "ditto", "apfl", "fine-tune"})
  void run_everyKind_completesAndEachNodeHasItsOwn(String personal) throws IOException {
    RunId run = completed(personal);
    List<byte[]> models = new ArrayList<>();
    for (String node : NODES) {
      PersonalModels.Kept kept = PersonalModels.find(folder.resolve("node-" + node), run.value());
      assertTrue(Files.isRegularFile(kept.base().resolve("model.safetensors")));
      models.add(Files.readAllBytes(kept.folder().resolve("personal.safetensors")));
    }
    assertFalse(Arrays.equals(models.get(0), models.get(1)), "sites differ");
  }
}
