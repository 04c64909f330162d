package io.tributary.training.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The file formats that examples are read from. */
public enum SourceFormat {
  /** Comma-separated values with a header line (RFC 4180); the delimiter may be another. */
  CSV("csv", ',', List.of(".csv")),
  /** Tab-separated values with a header line; quoted as CSV is. */
  TSV("tsv", '\t', List.of(".tsv")),
  /** One JSON object a line. */
  JSONL("jsonl", ',', List.of(".jsonl")),
  /** A word and its tag a line, sentences between empty lines, as of the CoNLL shared tasks. */
  CONLL("conll", ',', List.of(".conll", ".bio", ".iob2")),
  /** Columns of values and lists, compressed (Apache Parquet). */
  PARQUET("parquet", ',', List.of(".parquet", ".pq")),
  /** A folder with a folder of PNG and JPEG files for each label. */
  IMAGE_FOLDER("image-folder", ',', List.of()),
  /** The format of MNIST: a file of pictures and one of labels, gzip or not. */
  IDX("idx", ',', List.of("-ubyte", "-ubyte.gz", ".idx", ".idx.gz"));

  private final String token;
  private final char delimiter;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> endings;

  SourceFormat(String token, char delimiter, List<String> endings) {
    this.token = token;
    this.delimiter = delimiter;
    this.endings = endings;
  }

  /** The word used in configuration files, also the ending of such files' names. */
  public String token() {
    return token;
  }

  /** Between columns, unless the source says otherwise; without meaning for most. */
  public char delimiter() {
    return delimiter;
  }

  /** Whether a source of this format has rows and columns; else it has pictures. */
  public boolean hasColumns() {
    return this != IMAGE_FOLDER && this != IDX;
  }

  String defaultInput() {
    return this == CONLL ? "tokens" : "text";
  }

  /** The format a file's name ends with; a folder is one of pictures. */
  public static Optional<SourceFormat> ofName(Path file) {
    if (Files.isDirectory(file)) {
      return Optional.of(IMAGE_FOLDER);
    }
    String name = file.toString().toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> format.endings.stream().anyMatch(name::endsWith))
        .findFirst();
  }

  static SourceFormat of(String token) {
    return Arrays.stream(values()).filter(f -> f.token.equals(token)).findFirst().orElseThrow();
  }

  static List<String> tokens() {
    return Arrays.stream(values()).map(SourceFormat::token).toList();
  }
}
