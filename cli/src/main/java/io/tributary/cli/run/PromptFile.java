package io.tributary.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.federation.plan.Task;
import io.tributary.training.data.Input;
import io.tributary.training.data.Picture;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import io.tributary.training.generate.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Files of inputs and answers, one JSON object a line. An input has {@code text} (and {@code pair}
 * where two texts are judged together), {@code words} (a list), {@code image} (a file) or {@code
 * row} (numbers), or for a language model {@code prompt} or {@code messages}.
 */
public final class PromptFile {
  /** What a model can be asked about, and how a person calls it. */
  private static final Map<String, String> KINDS =
      Map.of(
          "text", "a text",
          "words", "words",
          "image", "a picture",
          "row", "a row",
          "prompt", "a prompt",
          "messages", "a dialogue");

  /**
   * One thing that a model is asked about.
   *
   * @param where an option, or the file and the line, for messages
   * @param folder from which relative files of pictures start
   */
  public record Asked(String where, Path folder, JsonObject object) {
    /** What an option asks. */
    public static Asked option(String name, JsonObject object) {
      return new Asked(name, Path.of(""), object);
    }

    private FederationException refusal(String found, String rule) {
      return FederationException.of(ErrorKind.INVALID_DATA, where, found, rule, "Mend it.");
    }

    private String text(String key) {
      if (object.find(key).orElse(null) instanceof JsonString text) {
        return text.value();
      }
      throw refusal("no text under " + key, "\"" + key + "\": \"…\"");
    }
  }

  private PromptFile() {}

  /** What a file asks, in its order; empty lines are passed over. */
  public static List<Asked> read(Path file) {
    List<Asked> asked = new ArrayList<>();
    Path folder = requireNonNull(file.toAbsolutePath().getParent(), "folder");
    try {
      int number = 0;
      for (String line : Files.readAllLines(file, UTF_8)) {
        number++;
        if (!line.isBlank()) {
          String where = file + " line " + number;
          asked.add(new Asked(where, folder, object(where, line)));
        }
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA,
          file + ": can't be read (expected: JSON lines in UTF-8). Check it.",
          e);
    }
    if (asked.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA, file.toString(), "no lines", "one or more", "Name another file.");
    }
    return asked;
  }

  private static JsonObject object(String where, String line) {
    try {
      if (JsonReader.read(line) instanceof JsonObject object) {
        return object;
      }
    } catch (FederationException e) {
      // refused below
    }
    throw FederationException.of(
        ErrorKind.INVALID_DATA,
        where,
        "no JSON object",
        "one a line, such as {\"text\": \"…\"}",
        "Mend the line.");
  }

  /** The keys of what a model can be asked about. */
  private static List<String> kinds(Task task) {
    return switch (task) {
      case TOKEN_CLASSIFICATION -> List.of("text", "words");
      case CAUSAL_LANGUAGE_MODELLING -> List.of("messages", "prompt", "text");
      case IMAGE_CLASSIFICATION -> List.of("image");
      case TABULAR_CLASSIFICATION, TABULAR_REGRESSION -> List.of("row");
      case TEXT_CLASSIFICATION, TEXT_REGRESSION -> List.of("text");
    };
  }

  /**
   * The key of what is asked about, the same everywhere; what the model does not take is refused.
   */
  public static String kind(List<Asked> asked, Task task) {
    String first = kind(asked.get(0), task);
    for (Asked one : asked) {
      String other = kind(one, task);
      if (!other.equals(first)) {
        throw one.refusal(other + " where others have " + first, "the same in all");
      }
    }
    return first;
  }

  private static String kind(Asked asked, Task task) {
    List<String> taken = kinds(task);
    List<String> found = taken.stream().filter(key -> asked.object.find(key).isPresent()).toList();
    if (found.size() == 1) {
      return found.get(0);
    }
    String other =
        KINDS.keySet().stream()
            .filter(key -> asked.object.find(key).isPresent())
            .sorted()
            .map(KINDS::get)
            .collect(Collectors.joining(" and "));
    throw asked.refusal(
        other.isEmpty() ? "nothing to answer" : other,
        String.join(" or ", taken) + ": the model was trained for " + task.token());
  }

  /** An input as a person reads it. */
  public static String shown(JsonObject object, String key) {
    JsonValue value = object.find(key).orElseThrow();
    return value instanceof JsonString text ? text.value() : value.canonical();
  }

  /** What a model of this task is asked about; one for words has texts split at their spaces. */
  public static List<Input> inputs(List<Asked> asked, Task task) {
    String kind = kind(asked, task);
    return asked.stream().map(one -> input(one, kind, task)).toList();
  }

  private static Input input(Asked asked, String kind, Task task) {
    return switch (kind) {
      case "image" -> picture(asked);
      case "row" -> row(asked);
      case "words" -> new Input.Words(words(asked));
      default -> text(asked, task == Task.TOKEN_CLASSIFICATION);
    };
  }

  private static Input text(Asked asked, boolean words) {
    String text = asked.text("text");
    if (words) {
      List<String> split = List.of(text.strip().split("\\s+"));
      return new Input.Words(text.isBlank() ? List.of() : split);
    }
    return asked.object.find("pair").isPresent()
        ? new Input.Pair(text, asked.text("pair"))
        : new Input.Text(text);
  }

  private static List<String> words(Asked asked) {
    if (asked.object.find("words").orElseThrow() instanceof JsonArray list
        && list.items().stream()
            .allMatch(item -> item instanceof JsonString word && !word.value().isEmpty())) {
      return list.items().stream().map(item -> ((JsonString) item).value()).toList();
    }
    throw asked.refusal("words of another form", "a list of texts");
  }

  private static Input picture(Asked asked) {
    Path picture = asked.folder.resolve(asked.text("image"));
    try {
      if (Files.isReadable(picture)) {
        String name = picture.getFileName().toString();
        return new Input.Image(new Picture.InFile(picture, name, Files.size(picture)));
      }
    } catch (IOException e) {
      // refused below
    }
    throw asked.refusal("no readable file " + picture, "a picture's file");
  }

  /** Numbers: a list, or a text with commas. */
  private static Input row(Asked asked) {
    JsonValue value = asked.object.find("row").orElseThrow();
    try {
      if (value instanceof JsonArray list) {
        return row(list.items().stream().map(JsonValue::canonical).toList());
      }
      if (value instanceof JsonString text) {
        return row(Arrays.stream(text.value().split(",", -1)).map(String::strip).toList());
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw asked.refusal(
        value.canonical(),
        "finite numbers with commas between, words of categories by their positions");
  }

  private static Input row(List<String> numbers) {
    float[] row = new float[numbers.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) Double.parseDouble(numbers.get(i));
      if (!Float.isFinite(row[i])) {
        throw new NumberFormatException(numbers.get(i));
      }
    }
    return new Input.Row(row, new int[0]);
  }

  /** What a language model is to continue. */
  public static List<Prompt> prompts(List<Asked> asked) {
    return asked.stream().map(PromptFile::prompt).toList();
  }

  private static Prompt prompt(Asked asked) {
    if (asked.object.find("messages").orElse(null) instanceof JsonArray messages) {
      return new Prompt.Dialogue(
          messages.items().stream().map(message -> turn(asked, message)).toList());
    }
    if (asked.object.find("prompt").isPresent()) {
      return Prompt.question(asked.text("prompt"));
    }
    kind(asked, Task.CAUSAL_LANGUAGE_MODELLING);
    return new Prompt.Beginning(asked.text("text"));
  }

  private static Turn turn(Asked asked, JsonValue message) {
    if (message instanceof JsonObject object) {
      var inner = new Asked(asked.where, asked.folder, object);
      String role = inner.text("role");
      for (Speaker speaker : Speaker.values()) {
        if (speaker.name().equalsIgnoreCase(role)) {
          return new Turn(speaker, inner.text("content"));
        }
      }
    }
    throw asked.refusal(
        "a message of another form", "messages with role (system, user or assistant) and content");
  }

  /** Refuses a file that is there, or has no folder, before anything is computed. */
  public static void requireNew(Path file) {
    Path folder = requireNonNull(file.toAbsolutePath().getParent(), "folder");
    if (!Files.isDirectory(folder)) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "--output",
          "no folder " + folder,
          "a file in a folder that is there",
          "Make the folder.");
    }
    if (Files.exists(file)) {
      throw FederationException.of(
          ErrorKind.ALREADY_EXISTS, "file", file, "a new one", "Choose another.");
    }
  }

  /** Writes the objects, all or nothing. */
  public static void write(Path file, List<JsonObject> objects) {
    Path absolute = file.toAbsolutePath();
    try {
      Path work = Files.createTempFile(absolute.getParent(), ".predictions", ".jsonl");
      Files.write(work, objects.stream().map(JsonObject::canonical).toList(), UTF_8);
      Files.move(work, absolute, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          file + ": can't be written (expected: a writable folder with room). Make room.",
          e);
    }
  }
}
