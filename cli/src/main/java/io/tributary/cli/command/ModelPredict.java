package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.run.LocalModel;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.evaluate.Prediction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = "Predicts the label of texts, pictures or rows: label, probability, top 3.",
    footer = {
      "",
      "Example:",
      "  tributary model predict --model model --text \"a small domesticated feline\"",
      "  tributary model predict --model model --image picture.png",
      "  tributary model predict --model model --row 0.5,1.2,-3"
    })
final class ModelPredict extends BaseCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "A fine-tuned Hugging Face folder.")
  Path model = Path.of("");

  @Option(names = "--text", paramLabel = "TEXT", description = "A text to classify; repeatable.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "A picture to classify, PNG or JPEG; repeatable.")
  List<Path> pictures = new ArrayList<>();

  @Option(
      names = "--row",
      paramLabel = "NUMBERS",
      description = {
        "A row of numbers between commas to classify, then the positions",
        "of its categories where the model has such columns; repeatable."
      })
  List<String> rows = new ArrayList<>();

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
      List<String> inputs = inputs();
      List<Prediction> predictions = predictions(local);
      Table table = Table.of(kind(), "label", ">probability", "top");
      for (int i = 0; i < inputs.size(); i++) {
        Prediction prediction = predictions.get(i);
        table.row(
            inputs.get(i),
            console.style().bold(prediction.label()),
            Figures.percent(prediction.probability()),
            prediction.top().stream()
                .map(ranked -> ranked.label() + " " + Figures.percent(ranked.probability()))
                .collect(Collectors.joining(", ")));
        console.json(
            JsonValue.object()
                .put(kind(), inputs.get(i))
                .put("prediction", prediction.toJson())
                .build());
      }
      console.lines(table.render(console.style()));
    }
    return 0;
  }

  /** The word of what is classified; one kind at a time. */
  private String kind() {
    List<String> given = new ArrayList<>();
    if (!texts.isEmpty()) {
      given.add("text");
    }
    if (!pictures.isEmpty()) {
      given.add("image");
    }
    if (!rows.isEmpty()) {
      given.add("row");
    }
    if (given.size() != 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "model predict",
          given.isEmpty() ? "nothing to classify" : String.join(" and ", given),
          "either --text or --image or --row",
          "Give one of them.");
    }
    return given.get(0);
  }

  private List<String> inputs() {
    return switch (kind()) {
      case "image" -> pictures.stream().map(Path::toString).toList();
      case "row" -> rows;
      default -> texts;
    };
  }

  private List<Prediction> predictions(LocalModel local) {
    return switch (kind()) {
      case "image" -> local.predictPictures(pictures.stream().map(this::existing).toList(), top);
      case "row" -> local.predictRows(rows.stream().map(ModelPredict::numbers).toList(), top);
      default -> local.predict(texts, top);
    };
  }

  private static List<Double> numbers(String row) {
    try {
      return Arrays.stream(row.split(",", -1)).map(String::strip).map(Double::valueOf).toList();
    } catch (NumberFormatException e) {
      throw new FederationException(
          ErrorKind.INVALID_CONFIG,
          "--row: " + row + " (expected: numbers between commas). Correct it.",
          e);
    }
  }
}
