package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.run.LocalModel;
import io.tributary.training.evaluate.ClassReport;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Metric;
import io.tributary.training.evaluate.MetricReport;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "evaluate",
    description = "Evaluates a fine-tuned model on labelled examples.",
    footer = {"", "Example:", "  tributary model evaluate test.jsonl --model model"})
final class ModelEvaluate extends BaseCommand {
  private static final Set<Metric> SHOWN_ABOVE =
      EnumSet.of(Metric.LOSS, Metric.ACCURACY, Metric.MACRO_F1);

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
      if (local.continuesTexts()) {
        console.line(tokens(report));
        console.json(report.toJson());
        return 0;
      }
      Table table = Table.of("label", ">precision", ">recall", ">F1", ">examples");
      for (ClassReport one : report.classes()) {
        table.row(
            one.label(),
            Figures.fixed(one.precision(), 3),
            Figures.fixed(one.recall(), 3),
            Figures.fixed(one.f1(), 3),
            Figures.count(one.support()));
      }
      console.lines(table.render(console.style()));
      console.line("");
      console.line(
          Figures.count(report.examples())
              + " examples: loss "
              + Figures.fixed(report.loss(), 3)
              + ", accuracy "
              + Figures.percent(report.accuracy())
              + " ("
              + Figures.fixed(report.accuracyLow() * 100, 1)
              + "–"
              + Figures.fixed(report.accuracyHigh() * 100, 1)
              + "), macro-F1 "
              + Figures.fixed(report.macroF1(), 3));
      report.metrics().ifPresent(metrics -> console.line(others(metrics)));
      console.json(report.toJson());
    }
    return 0;
  }

  private static String tokens(EvaluationReport report) {
    return Figures.count(report.examples())
        + " examples, "
        + Figures.count(report.metrics().orElseThrow().examples())
        + " tokens: loss "
        + Figures.fixed(report.loss(), 3)
        + ", perplexity "
        + Figures.fixed(Math.exp(report.loss()), 2)
        + ", token accuracy "
        + Figures.percent(report.accuracy());
  }

  private static String others(MetricReport metrics) {
    return metrics.figures().entrySet().stream()
        .filter(figure -> !SHOWN_ABOVE.contains(figure.getKey()))
        .map(figure -> figure.getKey().token() + " " + Figures.fixed(figure.getValue(), 3))
        .collect(Collectors.joining(", "));
  }
}
