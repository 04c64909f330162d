package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.BenchFolder;
import io.tributary.cli.bench.aggregate.AggregateBench;
import io.tributary.cli.bench.aggregate.AggregateSettings;
import io.tributary.cli.output.Console;
import io.tributary.federation.DataSize;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "aggregate",
    description = {
      "Measures the coordinator's own work on a round's updates: sums of float32 files from the",
      "page cache to a forced checkpoint, held against a plain float64 loop over the same files, in",
      "turns; the gate apart; and the memory of fresh processes with 2, 4, 16 and 64 updates. Ends",
      "with 1 below 0.7 of the loop, or where memory is not within 300 MB. Memory needs Linux."
    },
    footer = {
      "",
      "Examples:",
      "  tributary bench aggregate",
      "  tributary bench aggregate --updates 8 --size 400MB --threads 2 --no-memory --json"
    })
final class BenchAggregate extends BaseCommand {
  @Option(
      names = "--updates",
      paramLabel = "N",
      defaultValue = "16",
      description = "Updates of the round (default: ${DEFAULT-VALUE}).")
  int updates = 16;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "100MB",
      description = "Tensors of one update (default: ${DEFAULT-VALUE}).")
  String size = "100MB";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of both (default: as many as there are cores).")
  Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--cycles",
      paramLabel = "N",
      defaultValue = "10",
      description = "Measured cycles, after three to warm up (default: ${DEFAULT-VALUE}).")
  int cycles = 10;

  @Option(names = "--no-memory", description = "Leave the memory of processes out.")
  boolean noMemory;

  @Option(
      names = "--keep-files",
      paramLabel = "DIR",
      description = "Folder for all files, new or empty (default: a temporary one).")
  Optional<Path> keep = Optional.empty();

  BenchAggregate(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    settings(Path.of("")); // what can't be is refused before a folder is made
    var met = new AtomicBoolean();
    BenchFolder.use(
        keep.map(this::resolve),
        folder -> {
          met.set(AggregateBench.run(settings(folder), console));
          return true; // gigabytes do not stay because a bar was missed
        },
        folder -> console.note("files stay in " + folder));
    return met.get() ? 0 : 1;
  }

  private AggregateSettings settings(Path folder) {
    return new AggregateSettings(
        folder,
        updates,
        DataSize.parse(size),
        threads.orElse(Runtime.getRuntime().availableProcessors()),
        cycles,
        !noMemory);
  }
}
