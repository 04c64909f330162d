package io.tributary.training.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import io.tributary.training.worker.TrainOutcome;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A round over a file several times as large as the heap: its examples stay in it. */
@Tag("long")
@Timeout(300)
class LargeDataIT {
  private static final long BYTES = Long.getLong("tributary.large-data.bytes", 160L << 20);
  private static final String HEAP = System.getProperty("tributary.large-data.heap", "40m");

  @TempDir Path folder;

  /** The other process: trains ten steps on the data in the folder named first. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String columns = Files.readString(folder.resolve("columns.json"));
    DatasetSpec data = DatasetSpec.read(Settings.of("data", JsonReader.read(columns)), folder);
    var order =
        new TrainOrder(
            AssignmentId.parse("run/1/1/site"),
            Plan.parse(Files.readString(folder.resolve("plan.json"))),
            folder.resolve("base"),
            folder.resolve("zero"),
            data,
            0,
            Files.createTempDirectory(folder, "output"),
            "cpu");
    TrainOutcome outcome = FineTuning.run(order, ProgressListener.NONE, () -> false, () -> 0);
    System.out.println("trained " + outcome.examples() + " in " + outcome.steps() + " steps");
  }

  private BaseModel world(String form) throws IOException {
    boolean texts = form.equals("jsonl");
    BaseModel base =
        texts ? SmallModels.bert(folder.resolve("base")) : SmallModels.mlp(folder.resolve("base"));
    Plan plan =
        SmallModels.plan(
            texts ? "text-classification" : "tabular-classification",
            "{\"steps\":10,\"batch-size\":8}");
    Files.writeString(folder.resolve("plan.json"), plan.toJson().canonical());
    SmallModels.checkpoint(base, plan, folder.resolve("zero"));
    String columns = texts ? "" : ",\"features\":[\"a\",\"b\",\"c\",\"d\"]";
    Files.writeString(
        folder.resolve("columns.json"),
        "{\"train\":{\"path\":\"data." + form + "\"" + columns + "},\"validation\":\"1%\"}");
    try (Writer out = Files.newBufferedWriter(folder.resolve("data." + form))) {
      write(out, texts);
    }
    return base;
  }

  private static void write(Writer out, boolean texts) throws IOException {
    var random = new Random(7);
    long written = 0;
    out.write(texts ? "" : "a,b,c,d,label\n");
    String filler = "the weather of the day before and what was said about it ".repeat(8);
    for (int i = 0; written < BYTES; i++) {
      String label = random.nextBoolean() ? "yes" : "no";
      String line =
          texts
              ? "{\"text\":\"" + i + " " + filler + "\",\"label\":\"" + label + "\"}\n"
              : random.nextDouble() + "," + i + "," + i % 7 + "," + i % 5 + "," + label + "\n";
      out.write(line);
      written += line.length();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jsonl", "csv"})
  void run_fileFourTimesTheHeap_trains(String form) throws Exception {
    world(form);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP,
                "-XX:+UseSerialGC",
                "-Dai.djl.offline=true",
                "-Dai.djl.default_engine=PyTorch",
                "-cp",
                System.getProperty("java.class.path"),
                LargeDataIT.class.getName(),
                folder.toString())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(250, TimeUnit.SECONDS), "ends");
    assertTrue(
        out.startsWith("trained 80 in 10 steps"), out + Files.readString(folder.resolve("errors")));
  }
}
