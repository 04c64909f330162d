package io.tributary.cli.bench.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.cli.bench.Figure;
import io.tributary.cli.bench.Limit;
import io.tributary.cli.bench.Measured;
import io.tributary.cli.output.Console;
import io.tributary.cli.process.JavaCommand;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.worker.EngineEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures the cases, each in fresh processes, in turns with another program where one is given.
 */
public final class TrainBench {
  private static final String BENCH = "train";
  private static final String MAIN = "io.tributary.training.finetune.TrainBenchmark";
  private static final String MODEL = "minilm-b16-s32";
  private static final double FIRST_STEP_MILLISECONDS = 2_000;
  private static final double GROWTH_MEGABYTES = 50;

  private final TrainSettings settings;
  private final Path folder;
  private final Console console;

  private TrainBench(TrainSettings settings, Path folder, Console console) {
    this.settings = settings;
    this.folder = folder;
    this.console = console;
  }

  /** The figures of all cases; base models are written into the folder. */
  public static List<Measured> run(TrainSettings settings, Path folder, Console console) {
    var bench = new TrainBench(settings, folder, console);
    return settings.cases().stream().flatMap(name -> bench.measure(name).stream()).toList();
  }

  private List<Measured> measure(String name) {
    console.note("measuring " + name);
    return switch (name) {
      case TrainSettings.FIRST_STEP -> List.of(firstStep());
      case TrainSettings.ROUNDS -> List.of(rounds());
      default -> steps(name);
    };
  }

  private List<Measured> steps(String name) {
    List<JsonObject> ours = new ArrayList<>();
    List<JsonObject> theirs = new ArrayList<>();
    for (int repeat = 0; repeat < settings.repeats(); repeat++) {
      ours.add(child("step", name, settings.steps()));
      if (!settings.against().isEmpty()) {
        List<String> command = new ArrayList<>(settings.against());
        command.addAll(List.of(name, Integer.toString(settings.threads())));
        theirs.add(
            lastLine(command, Map.of("OMP_NUM_THREADS", String.valueOf(settings.threads()))));
      }
    }
    String label = name + "-t" + settings.threads();
    return List.of(
        held(label, "step-time-median", "ms", "ms_median", ours, theirs),
        told(label, "processor-time-per-step", "ms", "cpu_ms", ours, theirs),
        held(label, "peak-resident-memory", "MB", "peak_rss_mb", ours, theirs),
        told(label, "script-calls-per-step", "calls", "script_calls", ours, List.of()));
  }

  private Measured held(
      String label,
      String metric,
      String unit,
      String key,
      List<JsonObject> ours,
      List<JsonObject> theirs) {
    Figure figure = figure(label, metric, unit, key, ours, theirs);
    return new Measured(figure, figure.against() == 0 ? Limit.none() : Limit.ratioAtMost(1));
  }

  private static Measured told(
      String label,
      String metric,
      String unit,
      String key,
      List<JsonObject> ours,
      List<JsonObject> theirs) {
    return Measured.of(figure(label, metric, unit, key, ours, theirs));
  }

  private static Figure figure(
      String label,
      String metric,
      String unit,
      String key,
      List<JsonObject> ours,
      List<JsonObject> theirs) {
    return new Figure(
        BENCH, label, metric, median(ours, key), unit, median(theirs, key), ours.size());
  }

  /** 0 where the key is missing. */
  private static double median(List<JsonObject> figures, String key) {
    double[] sorted =
        figures.stream()
            .flatMap(figure -> figure.find(key).stream())
            .filter(JsonNumber.class::isInstance)
            .mapToDouble(number -> ((JsonNumber) number).value().doubleValue())
            .sorted()
            .toArray();
    return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
  }

  private Measured firstStep() {
    List<JsonObject> figures = new ArrayList<>();
    for (int repeat = 0; repeat < settings.repeats(); repeat++) {
      figures.add(child("first-step", MODEL, 1));
    }
    var figure = figure(TrainSettings.FIRST_STEP, "time-median", "ms", "ms", figures, List.of());
    return new Measured(figure, Limit.atMost(FIRST_STEP_MILLISECONDS));
  }

  private Measured rounds() {
    List<JsonObject> figures = List.of(child("rounds", MODEL, settings.rounds()));
    String label = TrainSettings.ROUNDS + "-" + settings.rounds();
    var figure = figure(label, "resident-memory-grown", "MB", "grown_mb", figures, List.of());
    return new Measured(figure, Limit.atMost(GROWTH_MEGABYTES));
  }

  private JsonObject child(String what, String name, int count) {
    return lastLine(
        JavaCommand.of(
            MAIN,
            "512m",
            List.of("-Dai.djl.offline=true"),
            List.of(
                what,
                name,
                Integer.toString(settings.threads()),
                Integer.toString(count),
                folder.resolve(name).toString())),
        EngineEnvironment.of(settings.threads()));
  }

  /** Runs a command; its last line of output as JSON. */
  private static JsonObject lastLine(List<String> command, Map<String, String> environment) {
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      if (process.waitFor() == 0
          && !lines.isEmpty()
          && JsonReader.read(lines.get(lines.size() - 1)) instanceof JsonObject figures) {
        return figures;
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.WORKER_FAILED, "bench: " + e.getMessage() + " (expected: a process).", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
    throw FederationException.of(
        ErrorKind.WORKER_FAILED,
        "command",
        String.join(" ", command),
        "exit code 0 and JSON as its last line",
        "Run it by hand.");
  }
}
