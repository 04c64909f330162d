package io.tributary.training.data;

import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/** Numbers as data files write them. */
final class Numerals {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]{1,3})?");

  /** What exports write for a value that is not there. */
  private static final Set<String> MISSING = Set.of("", "NA", "N/A", "NaN", "nan", "null", "NULL");

  private Numerals() {}

  static boolean isMissing(String text) {
    return MISSING.contains(text);
  }

  static float number(Path file, Row row, String column, String text) {
    float value = NUMBER.matcher(text).matches() ? Float.parseFloat(text) : Float.NaN;
    if (!Float.isFinite(value)) {
      throw DataRefusal.of(
          file,
          row.where() + ", column " + DataRefusal.quoted(column),
          text.isEmpty() ? "empty" : "not such a number",
          "a finite decimal number with a point",
          "Fill in or remove the row.");
    }
    return value;
  }
}
