package io.tributary.simulations.engine;

import static io.tributary.simulations.engine.DividedRows.LABELS;
import static io.tributary.simulations.engine.DividedRows.LONGEST;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.training.worker.TrainOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs whose nodes compress: they learn, and send what their codec says. */
final class CompressedRunTest {
  private static final int NODES = 5;
  private static final int ROUNDS = 12;

  private final DividedRows rows;
  private final Queue<MadeUpdate> made = new ConcurrentLinkedQueue<>();

  CompressedRunTest(@TempDir Path folder) throws IOException {
    rows = DividedRows.write(folder, 300, 200);
  }

  private static Plan plan(String compression) {
    String json =
        """
        {"name":"compressed","seed":3,
         "model":{"base":"model","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":2,"batch-size":8,"optimizer":{"name":"sgd","learning-rate":0.1}},
         "federation":{"rounds":%d,"compression":%s,"cohort":{"quorum":%d}}}
        """
            .formatted(ROUNDS, compression, NODES - 1);
    return Plan.read(Settings.of("plan", JsonReader.read(json)));
  }

  /** Around work of virtual nodes. */
  private interface Around {
    LocalWork of(LocalWork honest);
  }

  private RunResult run(String name, String compression, Around around) {
    SharedData data = SharedData.load(rows.spec("none"), LABELS, DividedRows.UNEVEN);
    try (var federation = VirtualFederation.start(rows.setting(name, 2))) {
      federation.join(
          DividedRows.sites(data, NODES), LABELS, around.of(federation.torchWork(data.spec())));
      return federation.run(plan(compression), rows.base(), LONGEST);
    }
  }

  private LocalWork recorded(LocalWork honest) {
    return task ->
        honest
            .train(task)
            .thenApply(
                update -> {
                  made.add(update);
                  assertEquals(expected(task).bytes(), update.delta().bytes().length);
                  assertEquals(expected(task).digest(), update.delta().layout());
                  return update;
                });
  }

  private static Coding expected(LocalTask task) {
    try (FileChannel trained = FileChannel.open(task.trained())) {
      Layout layout = Safetensors.read(ByteSource.of(trained)).layout();
      return Coding.ofDeltas(task.plan(), layout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double figure(MadeUpdate update, String name) {
    return requireNonNull(update.metrics().get(name), name);
  }

  private static double loss(RunResult run, int round) {
    return run.rounds().get(round).loss();
  }

  /**
   * The limits of the loss are wide: 12 rounds of 58 numbers say that a run learns, not how well a
   * codec does.
   *
   * @param most of the relative errors that nodes tell
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"bf16\" | 0.004 | 1.02",
        "\"f16\" | 0.001 | 1.02",
        "{\"name\":\"int8\",\"block\":64} | 0.02 | 1.02",
        "{\"name\":\"int4\",\"block\":8} | 0.3 | 1.1",
        "{\"name\":\"top-k\",\"fraction\":0.2} | 1 | 1.3",
        "{\"name\":\"random-k\",\"fraction\":0.5} | 1.8 | 1.3",
        "{\"name\":\"random-k\",\"fraction\":0.5,\"mask\":\"shared\"} | 1.8 | 1.4"
      })
  void run_withACodec_learnsAboutAsWithout(String compression, double most, double worse) {
    RunResult plain = run("plain", "\"none\"", honest -> honest);
    RunResult run = run("compressed", compression, this::recorded);
    assertEquals("completed", run.state(), run.reason());
    double start = loss(plain, 0);
    assertEquals(start, loss(run, 0));
    assertTrue(loss(plain, ROUNDS) < 0.6 * start, "plain: " + loss(plain, ROUNDS));
    assertTrue(
        loss(run, ROUNDS) < worse * loss(plain, ROUNDS),
        loss(run, ROUNDS) + " instead of " + loss(plain, ROUNDS) + " from " + start);
    assertEquals(NODES * ROUNDS, made.size());
    for (MadeUpdate update : made) {
      double error = figure(update, TrainOutcome.COMPRESSION_ERROR);
      assertTrue(error > 0 && error <= most, "error: " + error);
      assertEquals(update.delta().bytes().length, figure(update, TrainOutcome.SENT_BYTES));
    }
  }

  /** One of five sends what it would have sent without a codec. */
  @Test
  void update_inAnotherCodec_isRefusedAndTheOthersCount() {
    RunResult run =
        run(
            "other",
            "\"int8\"",
            honest ->
                task ->
                    honest.train(
                        task.site().name().equals(NodeNames.of(NODES).get(1))
                            ? task.with(task.plan().withoutCompression())
                            : task));
    assertEquals("completed", run.state(), run.reason());
    run.rounds().stream()
        .skip(1)
        .forEach(round -> assertEquals(NODES - 1, round.updates(), "round " + round.round()));
  }
}
