package io.tributary.training.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.SmallModels;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class OtherProcessIT {
  private static final Plan PLAN =
      SmallModels.textPlan("{\"batch-size\":4,\"epochs\":2,\"dropout\":0.2}");

  @TempDir Path folder;

  /** Trains in a process of its own; prints the digest. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println(digest(Path.of(arguments[0])));
    }
  }

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void run_sameOrderInAnotherProcess_sameBytes() throws IOException, InterruptedException {
    BaseModel base = SmallModels.bert(folder.resolve("base"));
    SmallModels.checkpoint(base, PLAN, folder.resolve("zero"));
    Files.writeString(
        folder.resolve("texts.csv"),
        """
        text,label
        sunny day,yes
        rain all day long,no
        warm,yes
        a cold and dark night,no
        blue sky,yes
        storm,no
        """);
    String here = digest(folder);
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx300m",
                    "-Xint",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Child.class.getName(),
                    folder.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = new String(child.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertEquals(0, child.waitFor());
    assertTrue(here.startsWith("sha256:"));
    assertEquals(here, lines.get(lines.size() - 1));
  }

  private static String digest(Path folder) throws IOException {
    DatasetSpec data =
        DatasetSpec.read(
            Settings.of(
                "data",
                JsonReader.read(
                    "{\"train\":{\"source\":\"csv\",\"path\":\"texts.csv\",\"text\":\"text\","
                        + "\"label\":\"label\"}}")),
            folder);
    var order =
        new TrainOrder(
            AssignmentId.parse("run/2/1/site"),
            PLAN,
            folder.resolve("base"),
            folder.resolve("zero"),
            data,
            0,
            Files.createTempDirectory(folder, "output"),
            "cpu");
    return FineTuning.run(order, ProgressListener.NONE, () -> false, () -> 0)
        .groups()
        .get(0)
        .digest()
        .toString();
  }
}
