package io.tributary.cli.bench;

import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;

/** How long commands and services take from the shell's start to their answer. */
public final class StartBench implements PerformanceBench {
  private static final String NAME = "start";
  private static final Pattern SERVES = Pattern.compile("serves: control");
  private static final Pattern JOINED = Pattern.compile("session JOINED");

  private final int samples;

  /**
   * @param samples starts of each
   */
  public StartBench(int samples) {
    NoOpSettings.check("--samples", samples, 1_000);
    this.samples = samples;
  }

  static StartBench usual() {
    return new StartBench(9);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String heading() {
    return "Starts";
  }

  @Override
  public List<String> explanation() {
    return List.of(
        """
        Each is a new process by the launcher, with the file of kept classes that the launcher made: `version` and `run list`
        until they have ended, a coordinator with an old state folder until it serves, a node until it has joined it (the
        coordinator runs then). The first start of a build, which makes that file, is not among them."""
            .strip());
  }

  @Override
  public List<Measured> measure(Path folder, Console console) {
    var settings = new NoOpSettings(folder.resolve("start"), 1, 1, 1, "child", false);
    NoOpFiles.write(settings);
    Path place = settings.folder();
    List<String> coordinator =
        List.of("coordinator", "run", "--config", "coordinator.yaml", "--stop-with-input");
    List<String> node =
        List.of("node", "run", "--config", "node-site-001.yaml", "--stop-with-input");
    List<String> list = List.of("run", "list", "--config", "operator.yaml");
    LauncherProcess.seconds(place, List.of("version"));
    List<Measured> figures = new ArrayList<>();
    figures.add(figure("version", 0.5, () -> LauncherProcess.seconds(place, List.of("version"))));
    once(place, coordinator, SERVES);
    figures.add(figure("coordinator to serving", 1.5, () -> once(place, coordinator, SERVES)));
    try (var serving = LauncherProcess.until(place, coordinator, SERVES)) {
      console.note("a coordinator serves after " + serving.seconds() + " s");
      figures.add(figure("run list", 0.7, () -> LauncherProcess.seconds(place, list)));
      figures.add(figure("node to joined", 1.5, () -> once(place, node, JOINED)));
    }
    return figures;
  }

  private static double once(Path place, List<String> arguments, Pattern line) {
    try (var started = LauncherProcess.until(place, arguments, line)) {
      return started.seconds();
    }
  }

  private Measured figure(String name, double limit, DoubleSupplier start) {
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      seconds.add(start.getAsDouble());
    }
    double median = new Spread(seconds).median();
    return new Measured(
        new Figure(NAME, name, "median", median, "s", 0, samples), Limit.atMost(limit));
  }
}
