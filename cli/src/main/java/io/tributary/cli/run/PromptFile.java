package io.tributary.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
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

/**
 * Files of inputs and answers, one JSON object a line. An input has {@code text} (and {@code pair}
 * where two texts are judged together), {@code words} (a list), {@code image} (a file) or {@code
 * row} (numbers), or for a language model {@code prompt} or {@code messages}.
 */
public final class PromptFile {
  private static final String RULE =
      "an object with text, words, image or row, or for a language model prompt or messages";

  private static final List<String> KINDS = List.of("text", "words", "image", "row");

  private PromptFile() {}

  /** The objects of a file, in their order; empty lines are passed over. */
  public static List<JsonObject> read(Path file) {
    List<JsonObject> objects = new ArrayList<>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(file, UTF_8)) {
        number++;
        if (!line.isBlank()) {
          objects.add(object(file, number, line));
        }
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA,
          file + ": can't be read (expected: JSON lines in UTF-8). Check it.",
          e);
    }
    if (objects.isEmpty()) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA, file.toString(), "no lines", "one or more", "Name another file.");
    }
    return objects;
  }

  private static JsonObject object(Path file, int line, String text) {
    try {
      if (JsonReader.read(text) instanceof JsonObject object) {
        return object;
      }
    } catch (FederationException e) {
      // refused below
    }
    throw refusal(file + " line " + line, "no JSON object");
  }

  private static FederationException refusal(String where, String found) {
    return FederationException.of(ErrorKind.INVALID_DATA, where, found, RULE, "Mend the line.");
  }

  /** The key of what is asked about, the same in all objects. */
  public static String kind(Path file, List<JsonObject> objects) {
    String first = kind(where(file, 0), objects.get(0));
    for (int i = 1; i < objects.size(); i++) {
      String other = kind(where(file, i), objects.get(i));
      if (!other.equals(first)) {
        throw refusal(where(file, i), other + " where others have " + first);
      }
    }
    return first;
  }

  private static String kind(String where, JsonObject object) {
    List<String> kinds = KINDS.stream().filter(key -> object.find(key).isPresent()).toList();
    if (kinds.size() != 1) {
      throw refusal(where, kinds.isEmpty() ? "nothing to answer" : String.join(" and ", kinds));
    }
    return kinds.get(0);
  }

  /** An input as a person reads it. */
  public static String shown(JsonObject object, String key) {
    JsonValue value = object.find(key).orElseThrow();
    return value instanceof JsonString text ? text.value() : value.canonical();
  }

  /**
   * What a model is asked about, of each object; relative files of pictures start from the file's
   * folder.
   *
   * @param words whether the model answers for each word: texts are then split at their spaces
   */
  public static List<Input> inputs(Path file, List<JsonObject> objects, boolean words) {
    String kind = kind(file, objects);
    List<Input> inputs = new ArrayList<>();
    for (JsonObject object : objects) {
      String where = where(file, inputs.size());
      inputs.add(
          switch (kind) {
            case "image" -> picture(where, file.resolveSibling(text(where, object, "image")));
            case "row" -> row(where, object.find("row").orElseThrow());
            case "words" -> new Input.Words(words(where, object));
            default -> text(where, object, words);
          });
    }
    return inputs;
  }

  private static Input text(String where, JsonObject object, boolean words) {
    String text = text(where, object, "text");
    if (words) {
      List<String> split = List.of(text.strip().split("\\s+"));
      return new Input.Words(text.isBlank() ? List.of() : split);
    }
    return object.find("pair").isPresent()
        ? new Input.Pair(text, text(where, object, "pair"))
        : new Input.Text(text);
  }

  private static List<String> words(String where, JsonObject object) {
    if (object.find("words").orElseThrow() instanceof JsonArray list
        && list.items().stream()
            .allMatch(item -> item instanceof JsonString word && !word.value().isEmpty())) {
      return list.items().stream().map(item -> ((JsonString) item).value()).toList();
    }
    throw refusal(where, "words that are no list of texts");
  }

  private static Input picture(String where, Path picture) {
    try {
      if (Files.isReadable(picture)) {
        String name = picture.getFileName().toString();
        return new Input.Image(new Picture.InFile(picture, name, Files.size(picture)));
      }
    } catch (IOException e) {
      // refused below
    }
    throw refusal(where, "no readable file " + picture);
  }

  /** Numbers: a list, or a text with commas. */
  private static Input row(String where, JsonValue value) {
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
    throw refusal(where, "a row that is not numbers: " + value.canonical());
  }

  private static Input row(List<String> numbers) {
    float[] row = new float[numbers.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) Double.parseDouble(numbers.get(i));
    }
    return new Input.Row(row, new int[0]);
  }

  /** What a language model is to continue, of each object. */
  public static List<Prompt> prompts(Path file, List<JsonObject> objects) {
    List<Prompt> prompts = new ArrayList<>();
    for (JsonObject object : objects) {
      prompts.add(prompt(where(file, prompts.size()), object));
    }
    return prompts;
  }

  private static String where(Path file, int before) {
    return file + " object " + (before + 1);
  }

  private static Prompt prompt(String where, JsonObject object) {
    if (object.find("messages").orElse(null) instanceof JsonArray messages) {
      return new Prompt.Dialogue(
          messages.items().stream().map(message -> turn(where, message)).toList());
    }
    return object.find("prompt").isPresent()
        ? Prompt.question(text(where, object, "prompt"))
        : new Prompt.Beginning(text(where, object, "text"));
  }

  private static Turn turn(String where, JsonValue message) {
    if (message instanceof JsonObject object) {
      String role = text(where, object, "role");
      for (Speaker speaker : Speaker.values()) {
        if (speaker.name().equalsIgnoreCase(role)) {
          return new Turn(speaker, text(where, object, "content"));
        }
      }
    }
    throw refusal(where, "a message without role (system, user or assistant) and content");
  }

  private static String text(String where, JsonObject object, String key) {
    if (object.find(key).orElse(null) instanceof JsonString text) {
      return text.value();
    }
    throw refusal(where, "no text " + key);
  }

  /** Refuses a file that is there, before anything is computed. */
  public static void requireNew(Path file) {
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
