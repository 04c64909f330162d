package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.finetune.TrainBenchmark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "train",
    description = {
      "Measures one fine-tuning step of a model of MiniLM-L6's shape: 16 texts of 32 tokens,",
      "AdamW, float32, random weights. Prints one JSON object for each figure."
    },
    footer = {"", "Example:", "  tributary bench train --threads 2"})
final class BenchTrain extends BaseCommand {
  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Threads of torch (default: ${DEFAULT-VALUE}).")
  int threads = 2;

  @Option(
      names = "--against",
      arity = "1..*",
      paramLabel = "WORD",
      description = {
        "A command to hold the figures against, run in between;",
        "its last line is JSON with ms_median."
      })
  List<String> against = new ArrayList<>();

  BenchTrain(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    List<String> arguments = new ArrayList<>(List.of(String.valueOf(threads)));
    arguments.addAll(against);
    try {
      TrainBenchmark.main(arguments.toArray(String[]::new));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, "bench: " + e.getMessage() + " (expected: room for a model).", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
    return 0;
  }
}
