package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.run.LocalModel;
import io.tributary.cli.run.PromptFile;
import io.tributary.cli.run.PromptFile.Asked;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.generate.Generated;
import io.tributary.training.generate.GenerationSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "predict",
    description = {
      "Answers texts, pictures or rows as the model was trained to: a label with its probability,",
      "several labels, numbers, or a label for each word (texts are then split at their spaces).",
      "With a language model it continues texts and answers prompts."
    },
    footer = {
      "",
      "Examples:",
      "  tributary model predict --model model --text \"a small domesticated feline\"",
      "  tributary model predict --model pairs --text \"It rains.\" --pair \"The ground is wet.\"",
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
      description = "A text to judge, or to continue; repeatable.")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--pair",
      paramLabel = "TEXT",
      description = "The second text of a pair; as many as --text.")
  List<String> seconds = new ArrayList<>();

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
      description = {
        "JSON lines with text (and pair), words, image, row, prompt or messages,",
        "instead."
      })
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
    List<Asked> asked = asked();
    GenerationSettings settings = generation.settings();
    requireLabels();
    output.ifPresent(file -> PromptFile.requireNew(resolve(file)));
    try (LocalModel local = LocalModel.open(existing(model), maxTokens, 1)) {
      List<JsonObject> answered =
          local.continuesTexts()
              ? generated(console, local.generate(PromptFile.prompts(asked), settings), asked)
              : answered(console, local, asked);
      output.ifPresent(file -> PromptFile.write(resolve(file), answered));
      answered.forEach(console::json);
    }
    return 0;
  }

  private void requireLabels() {
    if (top < 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "--top", top, "1 or more", "Choose another number.");
    }
  }

  private List<Asked> asked() {
    List<Asked> asked = new ArrayList<>();
    if (seconds.isEmpty()) {
      add(asked, "text", texts);
    } else {
      asked.addAll(pairs());
    }
    add(asked, "image", pictures.stream().map(this::existing).map(Path::toString).toList());
    add(asked, "row", rows);
    add(asked, "prompt", questions);
    boolean given = !asked.isEmpty();
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
    return input.isPresent() ? PromptFile.read(existing(input.get())) : asked;
  }

  private List<Asked> pairs() {
    if (seconds.size() != texts.size()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "--pair",
          seconds.size() + " beside " + texts.size() + " of --text",
          "as many",
          "Give each text its second.");
    }
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> JsonValue.object().put("text", texts.get(i)).put("pair", seconds.get(i)).build())
        .map(pair -> Asked.option("--pair", pair))
        .toList();
  }

  private static void add(List<Asked> asked, String key, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      String which = values.size() == 1 ? "" : " number " + (i + 1);
      JsonObject object = JsonValue.object().put(key, values.get(i)).build();
      asked.add(Asked.option("--" + key + which, object));
    }
  }

  private List<JsonObject> answered(Console console, LocalModel local, List<Asked> asked) {
    Task task = local.answers().task();
    String kind = PromptFile.kind(asked, task);
    List<Prediction> predictions = local.predict(PromptFile.inputs(asked, task), top);
    Table table = Table.of(kind, "answer", ">probability", "top");
    List<JsonObject> answered = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Prediction prediction = predictions.get(i);
      table.row(
          PromptFile.shown(asked.get(i).object(), kind),
          console.style().bold(prediction.words()),
          prediction instanceof Prediction.Label one ? Figures.percent(one.probability()) : "–",
          ranked(prediction));
      answered.add(with(asked.get(i).object(), "prediction", prediction.toJson()));
    }
    if (output.isEmpty()) {
      console.lines(table.render(console.style()));
    }
    return answered;
  }

  private static String ranked(Prediction prediction) {
    List<Prediction.Ranked> top =
        prediction instanceof Prediction.Label one
            ? one.top()
            : prediction instanceof Prediction.Labels several ? several.top() : List.of();
    return top.isEmpty()
        ? "–"
        : top.stream()
            .map(one -> one.label() + " " + Figures.percent(one.probability()))
            .collect(Collectors.joining(", "));
  }

  private List<JsonObject> generated(Console console, List<Generated> texts, List<Asked> asked) {
    List<JsonObject> answered = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (output.isEmpty()) {
        console.line(texts.get(i).text());
      }
      answered.add(with(asked.get(i).object(), "generated", texts.get(i).toJson()));
    }
    return answered;
  }

  private static JsonObject with(JsonObject object, String key, JsonValue value) {
    JsonValue.ObjectBuilder json = JsonValue.object();
    object.fields().forEach(json::put);
    return json.put(key, value).build();
  }
}
