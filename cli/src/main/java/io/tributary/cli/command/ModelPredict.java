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
      "Predicts the label of texts: label, probability, top 3.",
      "With a language model it continues texts and answers prompts."
    },
    footer = {
      "",
      "Examples:",
      "  tributary model predict --model model --text \"a small domesticated feline\"",
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
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A question to a language model, by its chat template; repeatable.")
  List<String> questions = new ArrayList<>();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "JSON lines with text, or prompt or messages, instead.")
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
    boolean given = !texts.isEmpty() || !questions.isEmpty();
    if (given == input.isPresent() || (output.isPresent() && input.isEmpty())) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "options",
          given && input.isPresent() ? "--input beside texts" : "nothing to predict, or no --input",
          "--text or --prompt, or --input with or without --output",
          "Give one of them.");
    }
    if (input.isPresent()) {
      return PromptFile.read(existing(input.get()));
    }
    List<JsonObject> objects = new ArrayList<>();
    texts.forEach(text -> objects.add(JsonValue.object().put("text", text).build()));
    questions.forEach(text -> objects.add(JsonValue.object().put("prompt", text).build()));
    return objects;
  }

  private Path source() {
    return input.orElse(Path.of("options"));
  }

  private List<JsonObject> labelled(Console console, LocalModel local, List<JsonObject> asked) {
    List<String> given = PromptFile.texts(source(), asked);
    List<Prediction> predictions = local.predict(given, top);
    Table table = Table.of("text", "label", ">probability", "top");
    List<JsonObject> answered = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Prediction prediction = predictions.get(i);
      table.row(
          given.get(i),
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
