package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorCalls.ExportParts;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.Exporter;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = {
      "Brings a run's model as a Hugging Face folder, which transformers loads as it is:",
      "weights, config, tokenizer, model card, provenance."
    },
    footer = {
      "",
      "Examples:",
      "  tributary model export gloss-topics-k3f9 --which best --into model",
      "  tributary model export gloss-topics-k3f9 --as adapter --into adapter"
    })
final class ModelExport extends BaseCommand {
  @Parameters(index = "0", paramLabel = "RUN", description = RunName.HELP)
  String run = "";

  @Option(
      names = "--which",
      paramLabel = "best|last|N",
      defaultValue = "best",
      description = "The best, the last or round N's checkpoint (default: ${DEFAULT-VALUE}).")
  String which = "best";

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR",
      description = "Folder to make; new or empty.")
  Path into = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "model|adapter",
      defaultValue = "model",
      description = {
        "The whole model, adapters put into its weights, or what a run with train.what lora",
        "trained alone, as PEFT reads it (default: ${DEFAULT-VALUE})."
      })
  String as = "model";

  @Mixin WeightOptions weights = new WeightOptions();

  @Mixin OperatorOptions operator = new OperatorOptions();

  ModelExport(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    boolean adapter = as.equals("adapter");
    if (!adapter && !as.equals("model")) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "--as", as, "model or adapter", "Choose one.");
    }
    var form = new Exporter.Form(adapter, weights.form());
    try (OperatorConnection connection = operator.connect(surroundings())) {
      String id = RunName.resolve(connection.calls(), run);
      ExportParts parts =
          Exporter.export(connection, id, which, resolve(into), form, TransferListener.silent());
      console.line(
          shown(resolve(into)) + ": the " + as + " after round " + parts.round() + " of " + id);
      console.line(
          adapter
              ? "next: tributary model merge --base DIR --adapter " + into + " --into model"
              : "next: tributary model predict --model " + into + " --text \"…\"");
      console.json(
          JsonValue.object()
              .put("run", id)
              .put("round", parts.round())
              .put("checkpoint", parts.checkpoint())
              .put("trained", parts.trained().digest().toString())
              .put("folder", resolve(into).toString())
              .build());
    }
    return 0;
  }
}
