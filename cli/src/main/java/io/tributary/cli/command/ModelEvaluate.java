package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.run.LocalModel;
import io.tributary.cli.view.MetricTables;
import io.tributary.training.evaluate.EvaluationReport;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = {
      "Evaluates a fine-tuned model on labelled examples: every metric of its task, with 95 %%",
      "intervals where there are some, the figures of each label and the confusion matrix."
    },
    footer = {"", "Example:", "  tributary model evaluate test.jsonl --model model"})
final class ModelEvaluate extends BaseCommand {
  @Mixin SourceOptions source = new SourceOptions();

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A fine-tuned Hugging Face folder.")
  Path model = Path.of("");

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "Length at which texts are cut (default: ${DEFAULT-VALUE}).")
  int maxTokens = 128;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of torch (default: ${DEFAULT-VALUE}).")
  int threads = 1;

  ModelEvaluate(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (LocalModel local = LocalModel.open(existing(model), maxTokens, threads)) {
      EvaluationReport report = local.evaluate(source.source(surroundings()), progress -> {});
      report
          .metrics()
          .ifPresent(
              metrics -> {
                console.lines(MetricTables.figures(metrics).render(console.style()));
                if (!metrics.classes().isEmpty()) {
                  console.line("");
                  console.lines(MetricTables.classes(metrics).render(console.style()));
                }
                MetricTables.confusion(metrics)
                    .ifPresent(
                        table -> {
                          console.line("");
                          console.line("true label down, predicted label across:");
                          console.lines(table.render(console.style()));
                        });
              });
      console.json(report.toJson());
    }
    return 0;
  }
}
