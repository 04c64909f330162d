package io.tributary.training.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Delimited values with a header line (RFC 4180): fields may be quoted, a quote within is doubled,
 * and quoted fields may hold delimiters and line ends. Lines end with LF, CRLF or CR; empty lines
 * are skipped where a row has more than one column.
 */
final class DelimitedReader implements RowReader {
  private static final int LONGEST_FIELD = 1 << 24;

  private final Path file;
  private final char delimiter;
  private final Utf8Text text;
  private final StringBuilder record = new StringBuilder();
  private List<String> columns = List.of();
  private String header = "";
  private long rows;

  private DelimitedReader(Path file, char delimiter, Utf8Text text) {
    this.file = file;
    this.delimiter = delimiter;
    this.text = text;
  }

  static DelimitedReader open(SourceSpec source) throws IOException {
    Utf8Text text = Utf8Text.open(source.path());
    try {
      var reader = new DelimitedReader(source.path(), source.delimiter(), text);
      reader.readHeader();
      reader.requireColumns(source);
      return reader;
    } catch (IOException | RuntimeException e) {
      text.close();
      throw e;
    }
  }

  @Override
  public Optional<Row> next() throws IOException {
    while (text.peek() != Utf8Text.END) {
      long line = text.line();
      List<String> fields = fields();
      if (fields.size() == 1 && record.length() == 0 && columns.size() > 1) {
        continue;
      }
      rows++;
      return Optional.of(row(line, fields));
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
    return Optional.of(header);
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  private void readHeader() throws IOException {
    if (text.peek() == Utf8Text.END) {
      throw DataRefusal.of(file, "", "empty", "a header line and rows", "Name the right file.");
    }
    columns = fields().stream().map(String::strip).toList();
    header = record.toString();
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column)) {
        throw DataRefusal.of(
            file,
            "header",
            "column " + DataRefusal.quoted(column) + " twice",
            "each column once",
            "Rename one of them.");
      }
    }
  }

  private void requireColumns(SourceSpec source) {
    for (String column : source.columns().names()) {
      if (!columns.contains(column)) {
        throw DataRefusal.missingColumn(file, "header", column, columns);
      }
    }
  }

  private Row row(long line, List<String> fields) {
    if (fields.size() != columns.size()) {
      throw DataRefusal.of(
          file,
          "row " + rows + " (line " + line + ")",
          fields.size() + " fields",
          columns.size() + " as in the header",
          "Quote fields that hold the delimiter or a line end.");
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      values.put(columns.get(i), fields.get(i));
    }
    return new Row(rows, line, values, record.toString());
  }

  private List<String> fields() throws IOException {
    record.setLength(0);
    List<String> fields = new ArrayList<>(columns.size());
    do {
      fields.add(text.peek() == '"' ? quoted() : bare());
    } while (continues());
    return fields;
  }

  private String bare() throws IOException {
    long line = text.line();
    int start = record.length();
    int c = text.peek();
    while (c != delimiter && c != '\n' && c != '\r' && c != Utf8Text.END) {
      take();
      checkLength(start, line);
      c = text.peek();
    }
    return record.substring(start);
  }

  private String quoted() throws IOException {
    long line = text.line();
    int start = record.length();
    var field = new StringBuilder();
    take();
    while (true) {
      if (text.peek() == Utf8Text.END) {
        throw unclosed(line);
      }
      char c = take();
      checkLength(start, line);
      if (c != '"') {
        field.append(c);
      } else if (text.peek() == '"') {
        field.append(take());
      } else {
        return field.toString();
      }
    }
  }

  /** Takes what ends a field: true at a delimiter, false at the end of the row. */
  private boolean continues() throws IOException {
    int c = text.peek();
    if (c == delimiter) {
      take();
      return true;
    }
    if (c == '\r') {
      text.next();
      if (text.peek() == '\n') {
        text.next();
      }
      return false;
    }
    if (c == '\n') {
      text.next();
    } else if (c != Utf8Text.END) {
      throw DataRefusal.of(
          file,
          "row " + (rows + 1) + " (line " + text.line() + ")",
          "text behind a closing quote",
          "the delimiter or a line end",
          "Double the quotes that stand within a quoted field.");
    }
    return false;
  }

  private char take() throws IOException {
    char c = (char) text.next();
    record.append(c);
    return c;
  }

  private void checkLength(int start, long line) {
    if (record.length() - start > LONGEST_FIELD) {
      throw unclosed(line);
    }
  }

  private RuntimeException unclosed(long line) {
    return DataRefusal.of(
        file,
        "row " + (rows + 1) + " (line " + line + ")",
        "a field without end",
        "a closing quote, and at most " + LONGEST_FIELD + " characters",
        "Close the quote that opens on that line.");
  }
}
