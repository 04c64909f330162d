package io.tributary.training.data;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonBoolean;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One JSON object a line; empty lines are skipped. Texts, numbers and truth values are values,
 * lists are lists; anything else counts as absent.
 */
final class JsonlReader implements RowReader {
  private static final int LONGEST_LINE = 1 << 24;

  private final Path file;
  private final List<String> wanted;
  private final Utf8Text text;
  private long rows;

  private JsonlReader(Path file, List<String> wanted, Utf8Text text) {
    this.file = file;
    this.wanted = wanted;
    this.text = text;
  }

  static JsonlReader open(SourceSpec source) throws IOException {
    List<String> wanted = source.columns().required();
    return new JsonlReader(source.path(), wanted, Utf8Text.open(source.path()));
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (text.peek() != Utf8Text.END) {
      long number = text.line();
      String line = line(number);
      if (!line.isBlank()) {
        rows++;
        return Optional.of(row(number, line));
      }
    }
    return Optional.empty();
  }

  @Override
  public RowPlace place() {
    return new RowPlace(text.position(), text.line(), rows);
  }

  @Override
  public void seek(RowPlace place) throws IOException {
    text.seek(place.position(), place.line());
    rows = place.before();
  }

  @Override
  public Optional<String> header() {
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  private String line(long number) throws IOException {
    var line = new StringBuilder();
    for (int c = text.next(); c != '\n' && c != Utf8Text.END; c = text.next()) {
      line.append((char) c);
      if (line.length() > LONGEST_LINE) {
        throw DataRefusal.of(
            file,
            "line " + number,
            "longer than " + LONGEST_LINE + " characters",
            "one JSON object a line",
            "Write each object on a line of its own.");
      }
    }
    return line.toString();
  }

  private Row row(long line, String json) {
    Map<String, String> values = new HashMap<>();
    Map<String, List<JsonValue>> lists = new HashMap<>();
    JsonObject object = object(line, json);
    object.fields().forEach((key, value) -> put(values, lists, key, value));
    var row = new Row(rows, line, values, lists, json.strip());
    for (String column : wanted) {
      if (!values.containsKey(column) && !lists.containsKey(column)) {
        throw DataRefusal.missingColumn(file, row.where(), column, row.columns());
      }
    }
    return row;
  }

  private JsonObject object(long line, String json) {
    String where = "row " + rows + " (line " + line + ")";
    try {
      if (JsonReader.read(json) instanceof JsonObject object) {
        return object;
      }
    } catch (FederationException e) {
      throw DataRefusal.of(
          file, where, "not JSON: " + e.sentence(), "one JSON object a line", "Mend the line.");
    }
    throw DataRefusal.of(
        file, where, "another JSON value", "one JSON object a line", "Mend the line.");
  }

  private static void put(
      Map<String, String> values, Map<String, List<JsonValue>> lists, String key, JsonValue value) {
    if (value instanceof JsonArray array) {
      lists.put(key, array.items());
    } else if (value instanceof JsonString string) {
      values.put(key, string.value());
    } else if (value instanceof JsonNumber || value instanceof JsonBoolean) {
      values.put(key, value.canonical());
    }
  }
}
