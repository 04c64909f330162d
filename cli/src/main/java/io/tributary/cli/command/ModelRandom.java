package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.run.RandomModel;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.model.BaseModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "random",
    description =
        "Makes a model of a configuration's shape with random weights: to try things, or to train"
            + " from nothing.",
    footer = {"", "Example:", "  tributary model random shape --into models/tiny --seed 7"})
final class ModelRandom extends BaseCommand {
  @Parameters(
      index = "0",
      paramLabel = "SHAPE",
      description = "A folder with config.json and, for texts, the tokenizer's files.")
  Path shape = Path.of("");

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR",
      description = "Folder to make; it must not exist.")
  Path into = Path.of("");

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Of the weights (default: 0).")
  long seed;

  ModelRandom(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) throws IOException {
    Path from = existing(shape);
    Path folder = resolve(into);
    if (Files.exists(folder)) {
      throw FederationException.of(
          ErrorKind.ALREADY_EXISTS, "folder", into, "a new one", "Choose another.");
    }
    RandomModel.write(from.resolve("config.json"), seed, folder);
    BaseModel model = BaseModel.open(folder);
    console.line(
        shown(folder)
            + ": "
            + model.family()
            + ", "
            + Figures.count(model.layout().tensors().stream().mapToLong(t -> t.elements()).sum())
            + " random parameters");
    console.json(
        JsonValue.object().put("folder", folder.toString()).put("family", model.family()).build());
    return 0;
  }
}
