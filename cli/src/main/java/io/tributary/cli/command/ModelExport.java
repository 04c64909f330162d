package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.cli.output.Console;
import io.tributary.cli.rpc.OperatorCalls.ExportParts;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.run.Exporter;
import io.tributary.cli.run.NodeExporter;
import io.tributary.client.PersonalModels;
import io.tributary.client.config.NodeConfig;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = {
      "Brings a run's model as a Hugging Face folder, which transformers loads as it is:",
      "weights, config, tokenizer, model card, provenance. At a site it brings the node's own",
      "model, where the run's plan has train.personal."
    },
    footer = {
      "",
      "Examples:",
      "  tributary model export gloss-topics-k3f9 --which best --into model",
      "  tributary model export gloss-topics-k3f9 --as adapter --into adapter",
      "  tributary model export gloss-topics-k3f9 --node node.yaml --into ours"
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

  @Option(
      names = "--node",
      paramLabel = "FILE",
      description = {
        "A node's configuration: its own model after its last round, from its state folder;",
        "no coordinator is asked."
      })
  Optional<Path> node = Optional.empty();

  @Mixin WeightOptions weights = new WeightOptions();

  @Mixin OperatorOptions operator = new OperatorOptions();

  ModelExport(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    if (node.isPresent()) {
      return exportOwn(node.get(), console);
    }
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

  private int exportOwn(Path file, Console console) {
    if (!as.equals("model")) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "--as", as, "model with --node", "Leave it out.");
    }
    Overrides overrides = Overrides.of("node", List.of(), surroundings().environment());
    NodeConfig config = ConfigFile.read(resolve(file), overrides).as(NodeConfig::read);
    PersonalModels.Kept kept = PersonalModels.find(config.state(), run);
    NodeExporter.export(kept, resolve(into), weights.form());
    console.line(
        shown(resolve(into))
            + ": the node's own model after round "
            + kept.round()
            + " of "
            + kept.run());
    console.line("next: tributary model predict --model " + into + " --text \"…\"");
    console.json(
        JsonValue.object()
            .put("run", kept.run().value())
            .put("round", kept.round())
            .put("personal", kept.plan().train().personal().name())
            .put("folder", resolve(into).toString())
            .build());
    return 0;
  }
}
