package io.tributary.cli.bench;

import io.tributary.cli.bench.noop.NoOpWorker;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.cli.process.JavaCommand;
import io.tributary.cli.service.LogSetup;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.simulations.engine.RunResult;
import io.tributary.simulations.engine.VirtualFederation;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Rounds of many virtual nodes on the real coordinator, in a process of its own: no network, no
 * forced files, everything else as in service.
 */
public final class VirtualRounds {
  private static final Duration LONGEST = Duration.ofMinutes(8);
  private static final int WORKERS = 2;
  private static final String DATA =
      "{\"features\":[\"f0\",\"f1\",\"f2\",\"f3\",\"f4\"],\"label\":\"label\"";

  private VirtualRounds() {}

  /** Runs them in a process and reads what it prints. */
  static List<RoundTimes> run(Path folder, int nodes, int rounds) {
    var settings = new NoOpSettings(folder, nodes, 1, rounds, "here", false);
    try {
      settings.layout().create();
      NoOpFiles.model(settings, settings.layout());
      NoOpFiles.plan(settings);
      Process process =
          new ProcessBuilder(
                  JavaCommand.of(
                      VirtualRounds.class.getName(),
                      "3g",
                      List.of(),
                      List.of(folder.toString(), "" + nodes, "" + rounds)))
              .redirectError(settings.layout().log("virtual").toFile())
              .start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        List<RoundTimes> times = lines.lines().map(RoundTimes::parse).toList();
        if (process.waitFor() != 0) {
          throw FederationException.of(
              ErrorKind.WORKER_FAILED,
              "virtual nodes",
              "exit code " + process.exitValue(),
              "0",
              "See " + settings.layout().log("virtual") + ".");
        }
        return times;
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, folder + ": can't be written (expected: room for a bench).", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
  }

  /** Arguments: folder with the files, nodes, rounds. */
  public static void main(String[] arguments) {
    LogSetup.takeOverJavaLogging();
    LogSetup.service("warn", false);
    Path folder = Path.of(arguments[0]);
    int nodes = Integer.parseInt(arguments[1]);
    var settings =
        new NoOpSettings(folder, nodes, 1, Integer.parseInt(arguments[2]), "here", false);
    List<Staged> journal = Collections.synchronizedList(new ArrayList<>());
    String path = settings.layout().selection().toString();
    var setting =
        new VirtualFederation.Setting(
            new FederationName("tributary-bench"),
            folder.resolve("state"),
            json(DATA + ",\"selection\":\"" + path + "\"}"),
            WORKERS);
    JsonObject data =
        json("{\"train\":" + DATA + ",\"source\":\"jsonl\",\"path\":\"" + path + "\"}}");
    try (var federation =
        VirtualFederation.start(
            setting, NoOpWorker::new, real -> new JournalTap(real, journal::addAll))) {
      settings.sites().forEach(site -> federation.join(new NodeName(site), data));
      PlanFile plan = PlanFile.read(settings.plan(), Overrides.none());
      RunResult result = federation.run(plan.plan(), plan.base(), LONGEST);
      RoundTimes.of(List.copyOf(journal)).forEach(times -> System.out.println(times.line()));
      System.out.flush();
      System.exit(result.state().equals("completed") ? 0 : 1);
    }
  }

  private static JsonObject json(String text) {
    return (JsonObject) JsonReader.read(text);
  }
}
