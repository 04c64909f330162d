package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Turns the rows of one source into labelled examples of a plan's label set. */
final class ExampleReader {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");

  private final SourceSpec source;
  private final List<String> labels;
  private final Map<String, Integer> positions = new HashMap<>();
  private final Cleaning cleaning;
  private final CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder();

  ExampleReader(SourceSpec source, List<String> labels, Cleaning cleaning) {
    this.source = source;
    this.labels = labels;
    this.cleaning = cleaning;
    for (String label : labels) {
      positions.put(label, positions.size());
    }
  }

  /** Hands each example that the cleaning keeps on, with the row that it came from. */
  void read(BiConsumer<Row, Example> into) {
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        accept(row.get(), into);
      }
    } catch (IOException e) {
      throw unreadable(source.path(), e);
    }
  }

  static FederationException unreadable(Path file, IOException cause) {
    return new FederationException(
        ErrorKind.INVALID_DATA,
        DataRefusal.name(file)
            + ": can't be read (expected: a readable file). Check its permissions and its disk.",
        cause);
  }

  ExamplePart readAll() {
    List<TextExample> texts = new ArrayList<>();
    List<TabularExample> rows = new ArrayList<>();
    read(
        (row, example) -> {
          if (example instanceof TextExample text) {
            texts.add(text);
          } else if (example instanceof TabularExample numbers) {
            rows.add(numbers);
          }
        });
    return new ExamplePart(texts, rows);
  }

  private void accept(Row row, BiConsumer<Row, Example> into) {
    String text = source.text().map(column -> text(row, column)).orElse("");
    if (source.isText() && cleaning.dropsText(text)) {
      return;
    }
    int label = label(row);
    Example example =
        source.isText() ? new TextExample(text, label) : new TabularExample(features(row), label);
    if (!cleaning.drops(example)) {
      into.accept(row, example);
    }
  }

  private String text(Row row, String column) {
    String text = cleaning.text(row.find(column).orElse(""));
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

  private int label(Row row) {
    String own = cleaning.label(row.find(source.label()).orElse(""));
    String name = source.labels().getOrDefault(own, own);
    Integer position = positions.get(name);
    if (position == null) {
      throw DataRefusal.unknownLabel(source.path(), row.where(), name, labels);
    }
    return position;
  }

  private float[] features(Row row) {
    float[] features = new float[source.features().size()];
    for (int i = 0; i < features.length; i++) {
      String column = source.features().get(i);
      features[i] = number(row, column, row.find(column).orElse("").strip());
    }
    return features;
  }

  private float number(Row row, String column, String text) {
    float value = NUMBER.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw DataRefusal.of(
          source.path(),
          row.where() + ", column " + DataRefusal.quoted(column),
          text.isEmpty() ? "empty" : "not such a number",
          "a finite decimal number with a point",
          "Fill in or remove the row.");
    }
    return value;
  }
}
