package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.BenchFolder;
import io.tributary.cli.bench.SoakBench;
import io.tributary.cli.output.Console;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "soak",
    description = {
      "Runs rounds without pause with real workers and shows what coordinator, nodes and workers",
      "take meanwhile: memory, open handles, threads, bytes on the disk. Ends with 1 when one of",
      "them rises over the second half of the time. Needs Linux."
    },
    footer = {"", "Example:", "  tributary bench soak --minutes 10"})
final class BenchSoak extends BaseCommand {
  private static final double LONGEST_MINUTES = 60 * 24 * 7;

  @Mixin BenchOptions options = new BenchOptions();

  @Option(
      names = "--minutes",
      paramLabel = "M",
      defaultValue = "10",
      description = "How long (default: ${DEFAULT-VALUE}).")
  double minutes = 10;

  BenchSoak(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    if (!(minutes > 0 && minutes <= LONGEST_MINUTES)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "--minutes",
          minutes,
          "more than 0, at most a week",
          "Choose another number.");
    }
    options.settings(Path.of("")); // what can't be is refused before a folder is made
    Duration time = Duration.ofMillis(Math.round(minutes * 60_000));
    boolean flat =
        BenchFolder.use(
            options.keep.map(this::resolve),
            folder -> SoakBench.run(options.settings(folder), time, console),
            folder -> console.note("files and logs stay in " + folder));
    return flat ? 0 : 1;
  }
}
