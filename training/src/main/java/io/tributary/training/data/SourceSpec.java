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
 * One file or folder of labelled examples and the meaning of its columns.
 *
 * @param path absolute
 * @param labels label names of this file, each with its name in the plan's label set; a name that
 *     the plan's set has needs no entry
 * @param delimiter between columns
 */
public record SourceSpec(
    SourceFormat format,
    Path path,
    Columns columns,
    SortedMap<String, String> labels,
    char delimiter) {
  public SourceSpec {
    requireNonNull(format, "format");
    requireNonNull(columns, "columns");
    path = path.toAbsolutePath().normalize();
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /**
   * A file of texts or of rows of numbers, each with one label.
   *
   * @param text column of the text; empty for numbers
   * @param features columns of the numbers, in the order of the model's inputs; empty for a text
   * @param label column of the label
   */
  public SourceSpec(
      SourceFormat format,
      Path path,
      Optional<String> text,
      List<String> features,
      String label,
      SortedMap<String, String> labels,
      char delimiter) {
    this(format, path, Columns.labelled(text, features, label), labels, delimiter);
  }

  /** A file of texts in the format that its name ends with, CSV if with none. */
  public static SourceSpec ofTexts(Path file, String text, String label) {
    SourceFormat format = SourceFormat.ofName(file).orElse(SourceFormat.CSV);
    return new SourceSpec(
        format, file, Optional.of(text), List.of(), label, new TreeMap<>(), format.delimiter());
  }

  /**
   * Reads the section that describes a file: {@code source, labels, delimiter} and the keys of its
   * columns (see config/node.reference.yaml). Without {@code source} the file's name tells the
   * format; without a key of an input the text is in the column {@code text}.
   */
  public static SourceSpec read(Settings section, Path file) {
    String byName = SourceFormat.ofName(file).map(SourceFormat::token).orElse("csv");
    SourceFormat format = SourceFormat.of(section.choice("source", byName, SourceFormat.tokens()));
    return new SourceSpec(
        format,
        file,
        ColumnSettings.read(section, format),
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

  /** Column of the text; empty where the input is another. */
  public Optional<String> text() {
    return ColumnSettings.text(columns);
  }

  /** Columns of the numbers; empty where the input is another. */
  public List<String> features() {
    return ColumnSettings.features(columns);
  }

  /** Column of the target. */
  public String label() {
    return columns.target().column();
  }

  /** Whether rows depend on a training part, so that a file alone does not say what they are. */
  public boolean learnsFromTraining() {
    return columns.input() instanceof Columns.Numbers numbers && numbers.learns();
  }

  /**
   * The files and folders whose size or time changes when the examples do; none where the source is
   * not there.
   */
  public List<Path> watched() {
    return switch (format) {
      case IMAGE_FOLDER -> ImageFolder.everyFolder(path);
      case IDX -> List.of(path, IdxPictures.labelFile(path));
      default -> List.of(path);
    };
  }

  /** The same meaning of columns for another file, in the format that its name tells. */
  public SourceSpec withPath(Path file) {
    SourceFormat other = SourceFormat.ofName(file).orElse(format);
    SourceFormat same = other.hasColumns() == format.hasColumns() ? other : format;
    char between = same == format ? delimiter : same.delimiter();
    return new SourceSpec(same, file, columns, labels, between);
  }

  /** The label of this source's own name in the plan's set. */
  String named(String own) {
    return labels.getOrDefault(own, own);
  }

  JsonObject toJson() {
    var names = JsonValue.object();
    labels.forEach(names::put);
    var json =
        JsonValue.object()
            .put("source", format.token())
            .put("path", path.toString())
            .put("labels", names.build())
            .put("delimiter", String.valueOf(delimiter));
    ColumnSettings.write(columns, json);
    return json.build();
  }
}
