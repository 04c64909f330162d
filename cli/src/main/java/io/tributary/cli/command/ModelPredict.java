package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.run.LocalModel;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.evaluate.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = "Predicts the label of texts: label, probability, top 3.",
    footer = {
      "",
      "Example:",
      "  tributary model predict --model model --text \"a small domesticated feline\""
    })
final class ModelPredict extends BaseCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A fine-tuned Hugging Face folder.")
  Path model = Path.of("");

  @Option(
      names = "--text",
      required = true,
      paramLabel = "TEXT",
      description = "A text to classify; repeatable.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many labels to show (default: ${DEFAULT-VALUE}).")
  int top = 3;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "Length at which texts are cut (default: ${DEFAULT-VALUE}).")
  int maxTokens = 128;

  ModelPredict(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (LocalModel local = LocalModel.open(existing(model), maxTokens, 1)) {
      List<Prediction> predictions = local.predict(texts, top);
      Table table = Table.of("text", "label", ">probability", "top");
      for (int i = 0; i < texts.size(); i++) {
        Prediction prediction = predictions.get(i);
        table.row(
            texts.get(i),
            console.style().bold(prediction.label()),
            Figures.percent(prediction.probability()),
            prediction.top().stream()
                .map(ranked -> ranked.label() + " " + Figures.percent(ranked.probability()))
                .collect(Collectors.joining(", ")));
        console.json(
            JsonValue.object()
                .put("text", texts.get(i))
                .put("prediction", prediction.toJson())
                .build());
      }
      console.lines(table.render(console.style()));
    }
    return 0;
  }
}
