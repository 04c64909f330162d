package io.tributary.cli.bench.aggregate;

import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.federation.DataSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * The measured process, started with the flags of a coordinator. Answers in lines of a word and
 * numbers on standard output.
 */
public final class AggregateProcess {
  static final String PLAIN = "plain";
  static final String PRODUCT = "product";
  static final String GATE = "gate";
  static final String PEAK = "peak";

  private static final int GATE_CYCLES = 5;
  private static final double NANOS = 1e9;

  private final AggregateSettings settings;
  private final SpooledRound round;
  private final ExecutorService pool;

  private AggregateProcess(AggregateSettings settings, ExecutorService pool) throws IOException {
    this.settings = settings;
    this.round = RoundFiles.open(settings);
    this.pool = pool;
  }

  /** Words of the command line for a measurement. */
  static List<String> arguments(String what, AggregateSettings settings) {
    return List.of(
        what,
        settings.folder().toString(),
        Integer.toString(settings.updates()),
        settings.size().toString(),
        Integer.toString(settings.threads()),
        Integer.toString(settings.cycles()));
  }

  /** Measures: {@code speed|memory FOLDER UPDATES SIZE THREADS CYCLES}. */
  public static void main(String[] arguments)
      throws IOException, InterruptedException, ExecutionException {
    var settings =
        new AggregateSettings(
            Path.of(arguments[1]),
            Integer.parseInt(arguments[2]),
            DataSize.parse(arguments[3]),
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[5]),
            false);
    ExecutorService pool = Executors.newFixedThreadPool(settings.threads());
    try {
      var process = new AggregateProcess(settings, pool);
      if (arguments[0].equals("speed")) {
        process.speed();
      } else {
        process.memory();
      }
    } finally {
      pool.shutdown();
    }
  }

  /** Loop and product in turns; what is written is thrown away outside the measured time. */
  private void speed() throws IOException, InterruptedException, ExecutionException {
    var product = new ProductPath(round, pool, settings.threads());
    product.judge(settings.updates());
    PlainLoop loop = loop();
    for (int cycle = -AggregateSettings.WARM_UP; cycle < settings.cycles(); cycle++) {
      boolean measured = cycle >= 0;
      Path sums = round.folder().temporary().resolve("plain.bin");
      Files.deleteIfExists(sums);
      long start = System.nanoTime();
      loop.run(sums, pool, settings.threads());
      say(measured, PLAIN, System.nanoTime() - start);
      Files.deleteIfExists(sums);
      start = System.nanoTime();
      Checkpoint candidate = product.aggregate(settings.updates());
      say(measured, PRODUCT, System.nanoTime() - start);
      product.forget(candidate);
    }
    for (int cycle = 0; cycle < Math.min(GATE_CYCLES, settings.cycles()); cycle++) {
      var fresh = new ProductPath(round, pool, settings.threads());
      long start = System.nanoTime();
      fresh.judge(settings.updates());
      say(true, GATE, System.nanoTime() - start);
    }
  }

  private PlainLoop loop() {
    Layout layout = SpooledRound.layout(settings.elements());
    double total = IntStream.range(0, settings.updates()).mapToLong(SpooledRound::examples).sum();
    return new PlainLoop(
        IntStream.range(0, settings.updates()).mapToObj(round::file).toList(),
        IntStream.range(0, settings.updates())
            .mapToDouble(i -> SpooledRound.examples(i) / total)
            .toArray(),
        Safetensors.canonicalHeader(layout).length,
        settings.elements());
  }

  /** A whole round's work on updates once, and what the process took at most. */
  private void memory() throws IOException, InterruptedException, ExecutionException {
    var product = new ProductPath(round, pool, settings.threads());
    product.judge(settings.updates());
    product.forget(product.aggregate(settings.updates()));
    System.out.println(PEAK + " " + peakBytes());
  }

  /** VmHWM: the most resident memory that the process ever had, nothing excluded. */
  private static long peakBytes() throws IOException {
    for (String line :
        Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
      }
    }
    throw new IOException("/proc/self/status has no VmHWM");
  }

  private static void say(boolean measured, String what, long nanos) {
    if (measured) {
      System.out.println(what + " " + nanos / NANOS);
    }
  }
}
