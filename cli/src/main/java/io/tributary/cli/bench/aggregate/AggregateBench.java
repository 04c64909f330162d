package io.tributary.cli.bench.aggregate;

import io.tributary.cli.bench.Measured;
import io.tributary.cli.bench.PerformanceBench;
import io.tributary.cli.output.Console;
import io.tributary.cli.process.JavaCommand;
import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes a round's files, starts the measured processes and reports. */
public final class AggregateBench {
  /** The heap of the demonstration's coordinator. */
  static final String HEAP = "512m";

  private AggregateBench() {}

  /** Whether all bars were met. */
  public static boolean run(AggregateSettings settings, Console console) {
    return run(settings, new AggregateReport(console, settings));
  }

  private static boolean run(AggregateSettings settings, AggregateReport report) {
    if (settings.memory() && !Files.exists(Path.of("/proc/self/status"))) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "memory",
          "this system has no /proc",
          "Linux",
          "Add --no-memory.");
    }
    RoundFiles.write(settings);
    boolean fast = report.speed(measure("speed", settings));
    if (!settings.memory()) {
      return fast;
    }
    Map<Integer, Double> peaks = new HashMap<>();
    for (int updates : AggregateSettings.MEMORY_UPDATES) {
      Map<String, List<Double>> figures = measure("memory", settings.withUpdates(updates));
      double bytes = only(figures, AggregateProcess.PEAK);
      peaks.put(updates, bytes);
      report.peak(updates, bytes);
    }
    return report.memory(peaks.values()) && fast;
  }

  /** As {@code tributary bench all} runs it. */
  public static PerformanceBench usual() {
    return new Usual();
  }

  private static final class Usual implements PerformanceBench {
    private static final int UPDATES = 16;
    private static final DataSize SIZE = DataSize.parse("100MB");
    private static final int CYCLES = 10;

    @Override
    public String name() {
      return "aggregate";
    }

    @Override
    public String heading() {
      return "Aggregation";
    }

    @Override
    public List<String> explanation() {
      return List.of(
          """
          The coordinator's own work on the updates of a round that lie in the spool, from files in the page cache to a
          checkpoint that is written, hashed (whole and in pieces of 4 MiB), forced and named in its manifest. Held against a
          plain float64 loop over the same files, with as many threads, whose output is forced too; the loop checks and hashes
          nothing and reads no old checkpoint. `by cycle` is the median of the cycles' ratios.\
          """
              .strip());
    }

    @Override
    public List<Measured> measure(Path folder, Console console) {
      int threads = Runtime.getRuntime().availableProcessors();
      var settings = new AggregateSettings(folder, UPDATES, SIZE, threads, CYCLES, true);
      var report = new AggregateReport(console.withoutAnswers(), settings);
      run(settings, report);
      return report.figures();
    }
  }

  private static double only(Map<String, List<Double>> figures, String name) {
    return figures.getOrDefault(name, List.of()).stream().findFirst().orElseThrow();
  }

  private static Map<String, List<Double>> measure(String what, AggregateSettings settings) {
    List<String> command =
        JavaCommand.of(
            AggregateProcess.class.getName(),
            HEAP,
            List.of(),
            AggregateProcess.arguments(what, settings));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      Map<String, List<Double>> figures = figures(process);
      int code = process.waitFor();
      if (code != 0) {
        throw FederationException.of(
            ErrorKind.INTERNAL, "measured process", "exit code " + code, "0", "See its message.");
      }
      return figures;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INTERNAL, "measured process: " + e.getMessage() + " (expected: a process).", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
  }

  private static Map<String, List<Double>> figures(Process process) throws IOException {
    Map<String, List<Double>> figures = new HashMap<>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] words = line.split(" ", 2);
        figures
            .computeIfAbsent(words[0], name -> new ArrayList<>())
            .add(Double.parseDouble(words[1]));
      }
    }
    return figures;
  }
}
