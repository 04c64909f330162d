package io.tributary.training.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The file formats that examples are read from. */
public enum SourceFormat {
  /** Comma-separated values with a header line (RFC 4180); the delimiter may be another. */
  CSV("csv", ','),
  /** Tab-separated values with a header line; quoted as CSV is. */
  TSV("tsv", '\t'),
  /** One JSON object a line. */
  JSONL("jsonl", ',');

  private final String token;
  private final char delimiter;

  SourceFormat(String token, char delimiter) {
    this.token = token;
    this.delimiter = delimiter;
  }

  /** The word used in configuration files, also the ending of such files' names. */
  public String token() {
    return token;
  }

  /** Between columns, unless the source says otherwise; without meaning for JSONL. */
  public char delimiter() {
    return delimiter;
  }

  /** The format a file's name ends with. */
  public static Optional<SourceFormat> ofName(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(f -> name.endsWith("." + f.token)).findFirst();
  }

  static SourceFormat of(String token) {
    return Arrays.stream(values()).filter(f -> f.token.equals(token)).findFirst().orElseThrow();
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(SourceFormat::token).toList();
  }
}
