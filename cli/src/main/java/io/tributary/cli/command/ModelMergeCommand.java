package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.run.Merger;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.model.WrittenTensors;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "merge",
    description = "Puts a PEFT adapter (LoRA) into the weights of its base model.",
    footer = {
      "",
      "Example:",
      "  tributary model merge --base models/mine --adapter adapter --into merged"
    })
final class ModelMergeCommand extends BaseCommand {
  @Option(
      names = "--base",
      required = true,
      paramLabel = "DIR",
      description = "The Hugging Face folder that the adapter was trained on.")
  Path base = Path.of("");

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "DIR",
      description = "Folder with adapter_config.json and adapter_model.safetensors.")
  Path adapter = Path.of("");

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR",
      description = "Folder to make; new or empty.")
  Path into = Path.of("");

  @Mixin WeightOptions weights = new WeightOptions();

  ModelMergeCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    WrittenTensors written =
        Merger.merge(existing(base), existing(adapter), resolve(into), weights.form());
    console.line(
        shown(resolve(into))
            + ": the merged model, "
            + Figures.bytes(written.size())
            + " of weights");
    console.json(
        JsonValue.object()
            .put("folder", resolve(into).toString())
            .put("digest", written.digest().toString())
            .put("bytes", written.size())
            .build());
    return 0;
  }
}
