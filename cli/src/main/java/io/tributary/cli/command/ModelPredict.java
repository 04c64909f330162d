package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.run.LocalModel;
import io.tributary.cli.run.PromptFile;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.generate.Generated;
import io.tributary.training.generate.GenerationSettings;
import io.tributary.training.generate.Prompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = {
      "Predicts the label of texts, pictures or rows: label, probability, top 3.",
      "With a language model it continues texts and answers prompts."
    },
    footer = {
      "",
      "Examples:",
      "  tributary model predict --model model --text \"a small domesticated feline\"",
      "  tributary model predict --model model --image picture.png",
      "  tributary model predict --model model --row 0.5,1.2,-3",
      "  tributary model predict --model chat --prompt \"What is a tributary?\" --temperature 0.7",
      "  tributary model predict --model model --input texts.jsonl --output labels.jsonl"
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
      paramLabel = "TEXT",
      description = "A text to classify, or to continue; repeatable.")
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
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A question to a language model, by its chat template; repeatable.")
  List<String> questions = new ArrayList<>();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "JSON lines with text, image, row, prompt or messages, instead.")
  Optional<Path> input = Optional.empty();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the lines of --input with their answers there.")
  Optional<Path> output = Optional.empty();

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
      description = "Length at which texts to classify are cut (default: ${DEFAULT-VALUE}).")
  int maxTokens = 128;

  @Mixin GenerationOptions generation = new GenerationOptions();

  ModelPredict(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    List<JsonObject> asked = asked();
    GenerationSettings settings = generation.settings();
    output.ifPresent(file -> PromptFile.requireNew(resolve(file)));
    try (LocalModel local = LocalModel.open(existing(model), maxTokens, 1)) {
      List<JsonObject> answered =
          local.continuesTexts()
              ? generated(console, local.generate(prompts(asked), settings), asked)
              : labelled(console, local, asked);
      output.ifPresent(file -> PromptFile.write(resolve(file), answered));
      answered.forEach(console::json);
    }
    return 0;
  }

  /** What is asked, as lines of a file have it. */
  private List<JsonObject> asked() {
    List<JsonObject> objects = new ArrayList<>();
    add(objects, "text", texts);
    add(objects, "image", pictures.stream().map(this::existing).map(Path::toString).toList());
    add(objects, "row", rows);
    add(objects, "prompt", questions);
    boolean given = !objects.isEmpty();
    if (given == input.isPresent() || (output.isPresent() && input.isEmpty())) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "options",
          given && input.isPresent()
              ? "--input beside other inputs"
              : "nothing to predict, or no --input",
          "--text, --image, --row or --prompt, or --input with or without --output",
          "Give one of them.");
    }
    return input.isPresent() ? PromptFile.read(existing(input.get())) : objects;
  }

  private static void add(List<JsonObject> objects, String key, List<String> values) {
    values.forEach(value -> objects.add(JsonValue.object().put(key, value).build()));
  }

  private Path source() {
    return input.orElse(Path.of("options"));
  }

  private List<JsonObject> labelled(Console console, LocalModel local, List<JsonObject> asked) {
    String kind = PromptFile.kind(source(), asked);
    List<Prediction> predictions = predictions(local, kind, asked);
    Table table = Table.of(kind, "label", ">probability", "top");
    List<JsonObject> answered = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Prediction prediction = predictions.get(i);
      table.row(
          PromptFile.shown(asked.get(i), kind),
          console.style().bold(prediction.label()),
          Figures.percent(prediction.probability()),
          prediction.top().stream()
              .map(ranked -> ranked.label() + " " + Figures.percent(ranked.probability()))
              .collect(Collectors.joining(", ")));
      answered.add(with(asked.get(i), "prediction", prediction.toJson()));
    }
    if (output.isEmpty()) {
      console.lines(table.render(console.style()));
    }
    return answered;
  }

  private List<Prediction> predictions(LocalModel local, String kind, List<JsonObject> asked) {
    return switch (kind) {
      case "image" -> local.predictPictures(PromptFile.pictures(source(), asked), top);
      case "row" -> local.predictRows(PromptFile.rows(source(), asked), top);
      default -> local.predict(PromptFile.texts(source(), asked), top);
    };
  }

  private List<Prompt> prompts(List<JsonObject> asked) {
    return PromptFile.prompts(source(), asked);
  }

  private List<JsonObject> generated(
      Console console, List<Generated> texts, List<JsonObject> asked) {
    List<JsonObject> answered = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (output.isEmpty()) {
        console.line(texts.get(i).text());
      }
      answered.add(with(asked.get(i), "generated", texts.get(i).toJson()));
    }
    return answered;
  }

  private static JsonObject with(JsonObject object, String key, JsonValue value) {
    JsonValue.ObjectBuilder json = JsonValue.object();
    object.fields().forEach(json::put);
    return json.put(key, value).build();
  }
}
