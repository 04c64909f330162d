package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.BenchFolder;
import io.tributary.cli.bench.CrashBench;
import io.tributary.cli.bench.CrashOrder;
import io.tributary.cli.bench.KillTarget;
import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "crash",
    description = {
      "Kills real processes (SIGKILL) at every failpoint and at random instants, starts them again,",
      "and holds each run against an undisturbed one: final digest, receipts, seconds to serving.",
      "Ends with 1 unless all are equal. The default takes about 15 minutes on two cores."
    },
    footer = {
      "",
      "Examples:",
      "  tributary bench crash --points 20 --seed 7",
      "  tributary bench crash --points 0 --failpoints none --watch 10 --json"
    })
final class BenchCrash extends BaseCommand {
  private static final double BAR_SECONDS = 5;

  @Mixin BenchOptions options = new BenchOptions();

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "20",
      description = "Random instants for each target (default: ${DEFAULT-VALUE}).")
  int points = 20;

  @Option(
      names = "--targets",
      paramLabel = "LIST",
      defaultValue = "coordinator,node,worker,coordinator-worker,both",
      description = "What random instants kill (default: ${DEFAULT-VALUE}).")
  String targets = "coordinator,node,worker,coordinator-worker,both";

  @Option(
      names = "--failpoints",
      paramLabel = "LIST",
      defaultValue = "all",
      description = "Failpoints of the coordinator: all, none, or names (default: all).")
  String failpoints = "all";

  @Option(
      names = "--watch",
      paramLabel = "MINUTES",
      description =
          "At the end run after run for so long, for kills from outside: whatever dies is started"
              + " again. Process ids are printed as processes start.")
  Optional<Double> watch = Optional.empty();

  BenchCrash(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    order(Path.of("")); // what can't be is refused before a folder is made
    boolean equal =
        BenchFolder.use(
            options.keep.map(this::resolve),
            folder -> CrashBench.run(order(folder), console, BAR_SECONDS),
            folder -> console.note("files and logs stay in " + folder));
    return equal ? 0 : 1;
  }

  private CrashOrder order(Path folder) {
    return new CrashOrder(
        options.settings(folder),
        points,
        CrashOrder.failpoints(failpoints),
        KillTarget.list(targets),
        watch.map(minutes -> Duration.ofMillis(Math.round(minutes * 60_000))));
  }
}
