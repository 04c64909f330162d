package io.tributary.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.LoraPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.transport.artifact.ManifestFiles;
import io.tributary.transport.artifact.StoredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans that go on from an adapter: their settings, and what is sent. */
class RunStarterTest {
  private static final Path GOLDEN =
      Path.of("..", "training", "src", "test", "resources", "golden", "lora-bert-head")
          .toAbsolutePath()
          .normalize();

  @TempDir Path folder;

  private PlanFile plan(String train) throws IOException {
    String text =
        """
        name: p
        model: {base: %s, adapter: %s, labels: [LABEL_0, LABEL_1, LABEL_2]}
        train: %s
        """
            .formatted(GOLDEN.resolve("base"), GOLDEN.resolve("adapter"), train);
    return PlanFile.read(Files.writeString(folder.resolve("plan.yaml"), text), Overrides.none());
  }

  @Test
  void read_adapterWithoutSettings_takesThoseOfTheAdapter() throws IOException {
    var lora = (TrainedPart.Lora) plan("{what: lora}").plan().train().what();
    assertEquals(
        new LoraPlan(4, 8, 0, false, List.of("query", "value"), Optional.of(List.of("classifier"))),
        lora.settings());
  }

  @Test
  void read_adapterWithSettings_keepsThePlans() throws IOException {
    var lora = (TrainedPart.Lora) plan("{what: lora, lora: {rank: 3}}").plan().train().what();
    assertEquals(3, lora.settings().rank());
  }

  @Test
  void read_adapterThatIsNone_refused() throws IOException {
    String text = "name: p\nmodel: {base: %s, adapter: none, labels: [a, b]}\n";
    Path file = folder.resolve("plan.yaml");
    Files.writeString(file, text.formatted(GOLDEN.resolve("base")));
    var e = assertThrows(FederationException.class, () -> PlanFile.read(file, Overrides.none()));
    assertTrue(e.sentence().contains("adapter_config.json"), e.sentence());
  }

  @Test
  void files_planWithAnAdapter_haveBoth() throws IOException {
    ManifestFiles files = RunStarter.files(plan("{what: lora}"));
    assertEquals(
        List.of(
            "adapter/adapter_config.json",
            "adapter/adapter_model.safetensors",
            "config.json",
            "model.safetensors"),
        files.manifest().entries().stream().map(ManifestEntry::path).toList());
    for (int i = 0; i < files.files().size(); i++) {
      StoredFile file = files.files().get(i);
      assertTrue(Files.exists(file.file()), file.toString());
    }
    assertEquals(4, files.files().size());
  }
}
