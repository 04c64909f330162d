package io.tributary.cli.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
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
 * Files of inputs and answers, one JSON object a line. An input has {@code text}, {@code image} (a
 * file) or {@code row} (numbers), or for a language model {@code prompt} or {@code messages}.
 */
public final class PromptFile {
  private static final String RULE =
      "an object with text, image or row, or for a language model prompt or messages";

  private static final List<String> KINDS = List.of("text", "image", "row");

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

  /** The key of what is classified, the same in all objects: {@code text, image} or {@code row}. */
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
      throw refusal(where, kinds.isEmpty() ? "nothing to classify" : String.join(" and ", kinds));
    }
    return kinds.get(0);
  }

  /** An input as a person reads it. */
  public static String shown(JsonObject object, String key) {
    JsonValue value = object.find(key).orElseThrow();
    return value instanceof JsonString text ? text.value() : value.canonical();
  }

  /** The picture's file of each object; relative ones start from the file's folder. */
  public static List<Path> pictures(Path file, List<JsonObject> objects) {
    List<Path> pictures = new ArrayList<>();
    for (JsonObject object : objects) {
      String where = where(file, pictures.size());
      Path picture = file.resolveSibling(text(where, object, "image"));
      if (!Files.isReadable(picture)) {
        throw refusal(where, "no readable file " + picture);
      }
      pictures.add(picture);
    }
    return pictures;
  }

  /** The numbers of each object: a list, or a text with commas. */
  public static List<List<Double>> rows(Path file, List<JsonObject> objects) {
    List<List<Double>> rows = new ArrayList<>();
    for (JsonObject object : objects) {
      rows.add(row(where(file, rows.size()), object.find("row").orElseThrow()));
    }
    return rows;
  }

  private static List<Double> row(String where, JsonValue value) {
    try {
      if (value instanceof JsonArray list) {
        return list.items().stream().map(item -> Double.valueOf(item.canonical())).toList();
      }
      if (value instanceof JsonString text) {
        return Arrays.stream(text.value().split(",", -1))
            .map(String::strip)
            .map(Double::valueOf)
            .toList();
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw refusal(where, "a row that is not numbers: " + value.canonical());
  }

  /** The text of each object. */
  public static List<String> texts(Path file, List<JsonObject> objects) {
    List<String> texts = new ArrayList<>();
    for (JsonObject object : objects) {
      texts.add(text(where(file, texts.size()), object, "text"));
    }
    return texts;
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
