package io.tributary.training.finetune;

import com.sun.management.OperatingSystemMXBean;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.RandomBase;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * One measurement in a process of its own, whose peak memory is then that of the case; prints one
 * JSON object. {@code bench train} starts it.
 */
public final class TrainBenchmark {
  private static final int WARM_UP = 5;
  private static final int STEPS_OF_ROUND = 5;
  private static final double NANOS_PER_MILLISECOND = 1e6;
  private static final double KIBIBYTES_PER_MEGABYTE = 1e6 / 1024;

  private final TrainCase measured;
  private final int threads;
  private final Path folder;
  private final LongSupplier nanos;
  private final OperatingSystemMXBean process =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  TrainBenchmark(TrainCase measured, int threads, Path folder, LongSupplier nanos) {
    this.measured = measured;
    this.threads = threads;
    this.folder = folder;
    this.nanos = nanos;
  }

  /** {@code step|first-step|rounds CASE THREADS COUNT FOLDER}; the folder is for the base model. */
  public static void main(String[] arguments) throws IOException {
    var benchmark =
        new TrainBenchmark(
            TrainCases.named(arguments[1]),
            Integer.parseInt(arguments[2]),
            Path.of(arguments[4]),
            System::nanoTime);
    print(benchmark.run(arguments[0], Integer.parseInt(arguments[3])), System.out);
  }

  private static void print(ObjectBuilder figures, PrintStream out) {
    out.println(figures.build().canonical());
  }

  ObjectBuilder run(String what, int count) throws IOException {
    RandomGenerator random = new RandomStreams(1).stream(0, RandomStreams.COORDINATOR, "benchmark");
    if (!Files.exists(folder.resolve("config.json"))) {
      RandomBase.write(folder, measured.config(), random);
    }
    Inputs inputs = measured.inputs().apply(random);
    return switch (what) {
      case "step" -> steps(inputs, count);
      case "first-step" -> firstStep(inputs);
      default -> rounds(inputs, count);
    };
  }

  /** What is done with a loaded model. */
  private interface Use {
    void use(LiveModel model, TrainingLoop loop) throws IOException;
  }

  private void with(Inputs inputs, Use use) throws IOException {
    BaseModel base = BaseModel.open(folder);
    TokenRows rows =
        inputs instanceof TokenInputs texts ? TokenRows.of(texts.tokens()) : TokenRows.none();
    var rate =
        new LearningRate(
            measured.plan().schedule(), measured.plan().optimizer().learningRate(), 0, 1, 0);
    try (ModelValues values = ModelValues.withoutHead(base, measured.head());
        LiveModel model =
            LiveModel.open(TorchRuntime.start(threads), measured.plan(), values, rows, true);
        var loop = new TrainingLoop(model, measured.plan(), rate)) {
      use.use(model, loop);
    }
  }

  private static int[] all(Inputs inputs) {
    return IntStream.range(0, inputs.size()).toArray();
  }

  private ObjectBuilder steps(Inputs inputs, int count) throws IOException {
    List<Double> milliseconds = new ArrayList<>();
    long[] used = new long[2];
    with(
        inputs,
        (model, loop) -> {
          for (int step = 0; step < WARM_UP; step++) {
            loop.step(inputs, all(inputs), 1);
          }
          long calls = TorchRuntime.calls();
          long processor = process.getProcessCpuTime();
          for (int step = 0; step < count; step++) {
            long start = nanos.getAsLong();
            loop.step(inputs, all(inputs), 1);
            milliseconds.add((nanos.getAsLong() - start) / NANOS_PER_MILLISECOND);
          }
          used[0] = process.getProcessCpuTime() - processor;
          used[1] = TorchRuntime.calls() - calls;
        });
    double[] sorted = milliseconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return figures()
        .put("ms_median", sorted[sorted.length / 2])
        .put("ms_min", sorted[0])
        .put("cpu_ms", used[0] / NANOS_PER_MILLISECOND / count)
        .put("script_calls", (double) used[1] / count)
        .put("peak_rss_mb", memory("VmHWM:"));
  }

  private ObjectBuilder firstStep(Inputs inputs) throws IOException {
    TorchRuntime.start(threads);
    long start = nanos.getAsLong();
    with(inputs, (model, loop) -> loop.step(inputs, all(inputs), 1));
    return figures().put("ms", (nanos.getAsLong() - start) / NANOS_PER_MILLISECOND);
  }

  /** Load, five steps, read out; how much more memory the last rounds have than the first. */
  private ObjectBuilder rounds(Inputs inputs, int count) throws IOException {
    double[] resident = new double[count];
    for (int round = 0; round < count; round++) {
      with(
          inputs,
          (model, loop) -> {
            for (int step = 0; step < STEPS_OF_ROUND; step++) {
              loop.step(inputs, all(inputs), 1);
            }
            readOut(model);
          });
      resident[round] = memory("VmRSS:");
    }
    int warm = Math.min(count - 1, Math.max(10, count / 10));
    double before = highest(resident, warm / 2, warm);
    double after = highest(resident, count - Math.max(1, count / 10), count);
    return figures().put("rounds", count).put("grown_mb", after - before).put("rss_mb", after);
  }

  private static void readOut(LiveModel model) throws IOException {
    Path file = Files.createTempFile("tributary-bench", ".bin");
    try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(model.parameters().trainable().values().bytes());
    } finally {
      Files.delete(file);
    }
  }

  private static double highest(double[] of, int from, int to) {
    double highest = 0;
    for (int i = from; i < to; i++) {
      highest = Math.max(highest, of[i]);
    }
    return highest;
  }

  private ObjectBuilder figures() {
    return JsonValue.object().put("case", measured.name()).put("threads", threads);
  }

  /** A line of the process's status, in MB. */
  private static double memory(String line) throws IOException {
    for (String each :
        Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
      if (each.startsWith(line)) {
        return Long.parseLong(each.replaceAll("[^0-9]", "")) / KIBIBYTES_PER_MEGABYTE;
      }
    }
    throw new IOException("/proc/self/status has no " + line);
  }
}
