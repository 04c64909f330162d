package io.tributary.cli.command;

import io.tributary.training.generate.GenerationSettings;
import picocli.CommandLine.Option;

/** Options of how a language model continues texts. */
final class GenerationOptions {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Most tokens that a language model adds (default: ${DEFAULT-VALUE}).")
  int newTokens = 64;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0: the best token each time; else how freely they are drawn (default: 0).")
  double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "0",
      description = "Draw from the N best tokens only; 0: all (default: 0).")
  int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draw from the best tokens that together have probability P (default: 1).")
  double topP = 1;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      defaultValue = "1",
      description = "Above 1 it keeps tokens of the text from coming again (default: 1).")
  double repetitionPenalty = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of what is drawn (default: 0).")
  long seed;

  GenerationSettings settings() {
    return new GenerationSettings(newTokens, temperature, topK, topP, repetitionPenalty, seed);
  }
}
