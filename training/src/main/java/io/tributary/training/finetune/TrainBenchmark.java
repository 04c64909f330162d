package io.tributary.training.finetune;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.LossPlan;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.RandomBase;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.model.TokenRows;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures one fine-tuning step of a model of MiniLM-L6's shape: 16 texts of 32 tokens, 26 labels,
 * AdamW, dropout 0.1, float32, random weights. Two cases: the same batch in every step, as the
 * PyTorch script it is held against has it, and a new batch of new random tokens in every step, as
 * hard on the token table as data can be.
 */
public final class TrainBenchmark {
  private static final int LABELS = 26;
  private static final int BATCH = 16;
  private static final int LENGTH = 32;
  private static final int WARM_UP = 5;
  private static final int STEPS = 20;
  private static final int REPEATS = 3;
  private static final int SMALLEST_TOKEN = 1_000;
  private static final int LARGEST_TOKEN = 30_000;

  private final LongSupplier nanos;
  private final PrintStream out;

  TrainBenchmark(LongSupplier nanos, PrintStream out) {
    this.nanos = nanos;
    this.out = out;
  }

  /**
   * Prints one JSON object per figure.
   *
   * @param arguments threads (default 2), then, if the figures are to be held against PyTorch in
   *     Python, a command whose last line is JSON with {@code ms_median}
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    List<String> peer =
        arguments.length > 1 ? List.of(arguments).subList(1, arguments.length) : List.of();
    new TrainBenchmark(System::nanoTime, System.out).run(threads, peer);
  }

  void run(int threads, List<String> peer) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("tributary-bench");
    try {
      RandomGenerator random =
          new RandomStreams(1).stream(0, RandomStreams.COORDINATOR, "benchmark");
      RandomBase.write(folder, config(), random);
      List<Double> same = new ArrayList<>();
      List<Double> fresh = new ArrayList<>();
      measure(folder, threads, inputs(1, random), same);
      double against = peer.isEmpty() ? Double.NaN : peerMilliseconds(peer);
      measure(folder, threads, inputs(1, random), same);
      measure(folder, threads, inputs(WARM_UP + STEPS * REPEATS, random), fresh);
      print("minilm-b16-s32-t" + threads, same, against);
      print("minilm-b16-s32-fresh-t" + threads, fresh, against);
    } finally {
      delete(folder);
    }
  }

  private void measure(Path folder, int threads, TokenInputs inputs, List<Double> milliseconds)
      throws IOException {
    TrainPlan plan = plan(threads);
    BaseModel base = BaseModel.open(folder);
    try (ModelValues values =
            ModelValues.withoutHead(base, Head.of(Task.TEXT_CLASSIFICATION, LABELS));
        LiveModel model =
            LiveModel.open(
                TorchRuntime.start(threads), plan, values, TokenRows.of(inputs.tokens()), true)) {
      var rate = new LearningRate(ScheduleName.CONSTANT, 5e-5, 0, 1, 0);
      var loop = new TrainingLoop(model, plan, rate);
      for (int step = 0; step < WARM_UP + STEPS * REPEATS; step++) {
        int first = step * BATCH % inputs.size();
        int[] batch = IntStream.range(first, first + BATCH).toArray();
        long start = nanos.getAsLong();
        loop.step(inputs, batch, 1);
        if (step >= WARM_UP) {
          milliseconds.add((nanos.getAsLong() - start) / 1e6);
        }
      }
    }
  }

  private static TrainPlan plan(int threads) {
    return new TrainPlan(
        new TrainedPart.All(),
        1,
        BATCH,
        new OptimizerPlan(OptimizerName.ADAMW, 5e-5, 0.01, 0, 0.9, 0.999, 1e-8),
        new SchedulePlan(ScheduleName.CONSTANT, 0, ScheduleSpan.ROUND),
        0,
        OptionalDouble.of(0.1),
        threads,
        LossPlan.USUAL);
  }

  private static TokenInputs inputs(int batches, RandomGenerator random) {
    int[][] ids = new int[batches * BATCH][];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.ints(LENGTH, SMALLEST_TOKEN, LARGEST_TOKEN).toArray();
    }
    return new TokenInputs(ids, new int[0][], random.ints(ids.length, 0, LABELS).toArray());
  }

  /** The shape of all-MiniLM-L6-v2. */
  static JsonObject config() {
    return JsonValue.object()
        .put("model_type", "bert")
        .put("vocab_size", 30_522)
        .put("hidden_size", 384)
        .put("num_hidden_layers", 6)
        .put("num_attention_heads", 12)
        .put("intermediate_size", 1_536)
        .put("max_position_embeddings", 512)
        .put("type_vocab_size", 2)
        .put("layer_norm_eps", 1e-12)
        .build();
  }

  private static double peerMilliseconds(List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    if (process.waitFor() == 0
        && !lines.isEmpty()
        && JsonReader.read(lines.get(lines.size() - 1)) instanceof JsonObject figures
        && figures.find("ms_median").orElse(null) instanceof JsonNumber median) {
      return median.value().doubleValue();
    }
    throw new IOException("the command gave no ms_median: " + String.join(" ", command));
  }

  private void print(String name, List<Double> milliseconds, double against) {
    double[] sorted = milliseconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double median = sorted[sorted.length / 2];
    JsonValue none = new JsonValue.JsonNull();
    out.println(
        JsonValue.object()
            .put("bench", "train")
            .put("case", name)
            .put("metric", "step-time-median")
            .put("value", median)
            .put("unit", "ms")
            .put("ratio", Double.isNaN(against) ? none : JsonValue.of(median / against))
            .put(
                "against",
                Double.isNaN(against)
                    ? none
                    : JsonValue.of("PyTorch in Python, " + against + " ms"))
            .put("samples", JsonValue.array(Arrays.stream(sorted).mapToObj(JsonValue::of).toList()))
            .build()
            .canonical());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
