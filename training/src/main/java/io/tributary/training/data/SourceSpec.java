package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One file of labelled examples and the meaning of its columns.
 *
 * @param path absolute
 * @param text column of the text; empty for numbers
 * @param features columns of the numbers, in the order of the model's inputs; empty for a text
 * @param label column of the label
 * @param labels label names of this file, each with its name in the plan's label set; a name that
 *     the plan's set has needs no entry
 * @param delimiter between columns
 */
public record SourceSpec(
    SourceFormat format,
    Path path,
    Optional<String> text,
    List<String> features,
    String label,
    SortedMap<String, String> labels,
    char delimiter) {
  public SourceSpec {
    requireNonNull(format, "format");
    requireNonNull(text, "text");
    requireNonNull(label, "label");
    path = path.toAbsolutePath().normalize();
    features = List.copyOf(features);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** A file of texts in the format that its name ends with, CSV if with none. */
  public static SourceSpec ofTexts(Path file, String text, String label) {
    SourceFormat format = SourceFormat.ofName(file).orElse(SourceFormat.CSV);
    return new SourceSpec(
        format, file, Optional.of(text), List.of(), label, new TreeMap<>(), format.delimiter());
  }

  /**
   * Reads the section that describes a file: {@code source, text or features, label, labels,
   * delimiter}. Without {@code source} the file's name tells the format; without {@code text} and
   * {@code features} the text is in the column {@code text}.
   */
  public static SourceSpec read(Settings section, Path file) {
    String byName = SourceFormat.ofName(file).map(SourceFormat::token).orElse("csv");
    SourceFormat format = SourceFormat.of(section.choice("source", byName, SourceFormat.tokens()));
    List<String> features = section.texts("features", List.of());
    if (!features.isEmpty() && section.has("text")) {
      throw section.refusal("features", "given beside text", "either text or features");
    }
    return new SourceSpec(
        format,
        file,
        features.isEmpty() ? Optional.of(section.text("text", "text")) : Optional.empty(),
        features,
        section.text("label", "label"),
        new TreeMap<>(section.textMap("labels")),
        delimiter(section, format));
  }

  private static char delimiter(Settings section, SourceFormat format) {
    String text = section.text("delimiter", String.valueOf(format.delimiter()));
    String one = text.equals("tab") ? "\t" : text;
    if (one.length() != 1 || "\"\r\n".contains(one)) {
      throw section.refusal(
          "delimiter", "\"" + text + "\"", "one character, or tab; no quote and no line end");
    }
    return one.charAt(0);
  }

  /** Whether the examples are texts; else they are rows of numbers. */
  public boolean isText() {
    return text.isPresent();
  }

  /** The same meaning of columns for another file, in the format that its name tells. */
  public SourceSpec withPath(Path file) {
    SourceFormat other = SourceFormat.ofName(file).orElse(format);
    char between = other == format ? delimiter : other.delimiter();
    return new SourceSpec(other, file, text, features, label, labels, between);
  }

  JsonObject toJson() {
    var names = JsonValue.object();
    labels.forEach(names::put);
    var json =
        JsonValue.object()
            .put("source", format.token())
            .put("path", path.toString())
            .put("features", JsonValue.array(features.stream().map(JsonValue::of).toList()))
            .put("label", label)
            .put("labels", names.build())
            .put("delimiter", String.valueOf(delimiter));
    text.ifPresent(column -> json.put("text", column));
    return json.build();
  }
}
