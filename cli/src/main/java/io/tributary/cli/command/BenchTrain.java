package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.bench.BenchFolder;
import io.tributary.cli.bench.FigureTable;
import io.tributary.cli.bench.Measured;
import io.tributary.cli.bench.train.TrainBench;
import io.tributary.cli.bench.train.TrainSettings;
import io.tributary.cli.output.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "train",
    description = {
      "Measures fine-tuning steps with random weights, each case in a process of its own: time,",
      "processor time, peak memory, calls of the engine. load-to-first-step and rounds-of-load",
      "measure what is around steps. Ends with 1 where a limit was missed. Memory needs Linux."
    },
    footer = {
      "",
      "Examples:",
      "  tributary bench train minilm-b16-s32 --threads 2",
      "  tributary bench train rounds-of-load --rounds 100",
      "  tributary bench train gpt4x256-b8-s64 --against python pt5_step.py"
    })
final class BenchTrain extends BaseCommand {
  @Parameters(
      paramLabel = "CASE",
      arity = "0..*",
      description = {
        "minilm-b16-s32, minilm-b16-s128 (each also with -bf16 behind),",
        "gpt4x256-b8-s64, lenet-b64, resnet18-b16-64, resnet18-b32-32,",
        "resnet50-b8-64, load-to-first-step or rounds-of-load",
        "(default: all but rounds-of-load)."
      })
  List<String> cases = new ArrayList<>();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of torch (default: ${DEFAULT-VALUE}).")
  int threads = 2;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description = "Measured steps of a repetition (default: ${DEFAULT-VALUE}).")
  int steps = 20;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "3",
      description = "Repetitions, in turns with --against (default: ${DEFAULT-VALUE}).")
  int repeats = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Rounds of rounds-of-load (default: ${DEFAULT-VALUE}).")
  int rounds = 1_000;

  @Option(
      names = "--against",
      arity = "1..*",
      paramLabel = "WORD",
      description = {
        "A command to hold steps against, run in between with case and threads added;",
        "its last line is JSON with ms_median, and peak_rss_mb and cpu_ms if it knows them."
      })
  List<String> against = new ArrayList<>();

  BenchTrain(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    List<String> chosen =
        cases.isEmpty()
            ? TrainSettings.names().stream()
                .filter(name -> !name.equals(TrainSettings.ROUNDS))
                .toList()
            : cases;
    var settings = new TrainSettings(chosen, threads, steps, repeats, rounds, against);
    List<Measured> figures = new ArrayList<>();
    BenchFolder.use(
        Optional.empty(),
        folder -> figures.addAll(TrainBench.run(settings, folder, console)),
        folder -> console.note("files stay in " + folder));
    return FigureTable.print(figures, console) ? 0 : 1;
  }
}
