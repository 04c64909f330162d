package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.training.data.Turn.Speaker;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the input of a row, cleaned. Confined to one thread. */
final class InputReader {
  private final SourceSpec source;
  private final Columns.In columns;
  private final Cleaning cleaning;
  private final Map<String, Map<String, Integer>> vocabularies = new HashMap<>();
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();

  InputReader(SourceSpec source, Cleaning cleaning) {
    this.source = source;
    this.columns = source.columns().input();
    this.cleaning = cleaning;
    if (columns instanceof Columns.Numbers numbers) {
      numbers.categories().forEach((column, words) -> vocabularies.put(column, positions(words)));
    }
  }

  private static Map<String, Integer> positions(List<String> words) {
    Map<String, Integer> positions = new HashMap<>();
    words.forEach(word -> positions.put(word, positions.size() + 1));
    return positions;
  }

  /** The input; empty where the cleaning drops the row. */
  Optional<Input> input(Row row) {
    if (columns instanceof Columns.Texts texts) {
      return texts(row, texts);
    }
    if (columns instanceof Columns.Numbers numbers) {
      return Optional.of(numbers(row, numbers));
    }
    if (columns instanceof Columns.Words words) {
      return words(row, words.words());
    }
    return columns instanceof Columns.Prompts prompts
        ? dialogue(prompts(row, prompts))
        : dialogue(messages(row, ((Columns.Messages) columns).messages()));
  }

  private Optional<Input> texts(Row row, Columns.Texts texts) {
    String text = text(row, texts.text());
    String second = texts.pair().map(column -> text(row, column)).orElse(text);
    if (cleaning.dropsText(text.isBlank() ? text : second)) {
      return Optional.empty();
    }
    return Optional.of(
        texts.pair().isPresent() ? new Input.Pair(text, second) : new Input.Text(text));
  }

  private String text(Row row, String column) {
    if (row.lists().containsKey(column)) {
      throw DataRefusal.of(
          source.path(),
          row.where() + ", column " + DataRefusal.quoted(column),
          "a list",
          "a text",
          "Name another column.");
    }
    return whole(row, cleaning.text(row.find(column).orElse("")));
  }

  private String whole(Row row, String text) {
    if (!encoder.canEncode(text)) {
      throw DataRefusal.of(
          source.path(),
          row.where(),
          "half of a surrogate pair in the text",
          "whole Unicode characters",
          "Mend the escape.");
    }
    return text;
  }

  private Input.Row numbers(Row row, Columns.Numbers numbers) {
    float[] values = new float[numbers.features().size()];
    for (int i = 0; i < values.length; i++) {
      String column = numbers.features().get(i);
      String text = row.find(column).orElse("").strip();
      values[i] =
          numbers.fillMissing() && Numerals.isMissing(text)
              ? Float.NaN
              : Numerals.number(source.path(), row, column, text);
    }
    int[] places = new int[numbers.categories().size()];
    int next = 0;
    for (String column : numbers.categories().keySet()) {
      String word = row.find(column).orElse("").strip();
      places[next++] = vocabularies.getOrDefault(column, Map.of()).getOrDefault(word, 0);
    }
    return new Input.Row(values, places);
  }

  private Optional<Input> words(Row row, String column) {
    List<JsonValue> items = row.lists().get(column);
    if (items == null) {
      throw list(row, column, "no list", "a list of texts");
    }
    List<String> words = new ArrayList<>();
    for (JsonValue item : items) {
      if (!(item instanceof JsonString word) || word.value().isEmpty()) {
        throw list(row, column, "an entry that is no text, or an empty one", "a list of texts");
      }
      words.add(whole(row, word.value()));
    }
    return cleaning.dropsText(words.isEmpty() ? "" : "x")
        ? Optional.empty()
        : Optional.of(new Input.Words(words));
  }

  private List<Turn> prompts(Row row, Columns.Prompts prompts) {
    List<Turn> turns = new ArrayList<>();
    prompts
        .system()
        .map(column -> text(row, column))
        .filter(text -> !text.isBlank())
        .ifPresent(text -> turns.add(new Turn(Speaker.SYSTEM, text)));
    turns.add(new Turn(Speaker.USER, text(row, prompts.prompt())));
    turns.add(new Turn(Speaker.ASSISTANT, text(row, prompts.answer())));
    return turns;
  }

  private List<Turn> messages(Row row, String column) {
    List<JsonValue> items = row.lists().get(column);
    if (items == null) {
      throw list(row, column, "no list", "a list of messages");
    }
    List<Turn> turns = new ArrayList<>();
    for (JsonValue item : items) {
      turns.add(turn(row, column, turns, item));
    }
    if (turns.isEmpty() || turns.get(turns.size() - 1).speaker() != Speaker.ASSISTANT) {
      throw list(row, column, "no answer at the end", "a last message of the assistant");
    }
    return turns;
  }

  private Turn turn(Row row, String column, List<Turn> before, JsonValue item) {
    String rule = "objects with role (system, user or assistant) and content, both texts";
    if (!(item instanceof JsonObject message)
        || !(message.find("role").orElse(null) instanceof JsonString role)
        || !(message.find("content").orElse(null) instanceof JsonString content)) {
      throw list(row, column, "message " + (before.size() + 1) + " without them", rule);
    }
    Speaker speaker =
        switch (role.value()) {
          case "system" -> Speaker.SYSTEM;
          case "user" -> Speaker.USER;
          case "assistant" -> Speaker.ASSISTANT;
          default -> throw list(row, column, "message of another role", rule);
        };
    if (speaker == Speaker.SYSTEM && !before.isEmpty()) {
      throw list(row, column, "a message of the system behind another", "it first, if at all");
    }
    return new Turn(speaker, whole(row, cleaning.text(content.value())));
  }

  /** A dialogue without a word of the assistant at its end teaches nothing. */
  private Optional<Input> dialogue(List<Turn> turns) {
    return cleaning.dropsText(turns.get(turns.size() - 1).text())
        ? Optional.empty()
        : Optional.of(new Input.Dialogue(turns));
  }

  private RuntimeException list(Row row, String column, String found, String rule) {
    return DataRefusal.of(
        source.path(),
        row.where() + ", column " + DataRefusal.quoted(column),
        found,
        rule,
        "Mend the row.");
  }
}
