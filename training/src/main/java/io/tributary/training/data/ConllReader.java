package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sentences as the CoNLL shared tasks write them: a line for each word with columns between spaces
 * or tabs, the word first and its tag last, sentences between empty lines. Lines that begin with
 * {@code -DOCSTART-} are skipped.
 */
final class ConllReader implements RowReader {
  private static final int LONGEST_LINE = 1 << 16;
  private static final int LONGEST_SENTENCE = 1 << 16;
  private static final String DOCUMENT = "-DOCSTART-";

  private final Path file;
  private final String words;
  private final String tags;
  private final Utf8Text text;
  private long rows;
  private int columns;

  private ConllReader(Path file, String words, String tags, Utf8Text text) {
    this.file = file;
    this.words = words;
    this.tags = tags;
    this.text = text;
  }

  static ConllReader open(SourceSpec source) throws IOException {
    String words = source.columns().input() instanceof Columns.Words in ? in.words() : "tokens";
    return new ConllReader(
        source.path(), words, source.columns().target().column(), Utf8Text.open(source.path()));
  }

  @Override
  public Optional<Row> next() throws IOException {
    List<JsonValue> sentence = new ArrayList<>();
    List<JsonValue> marks = new ArrayList<>();
    var record = new StringBuilder();
    long first = 0;
    while (text.peek() != Utf8Text.END) {
      long number = text.line();
      String line = line(number);
      if (line.isBlank()) {
        if (!sentence.isEmpty()) {
          break;
        }
      } else if (!line.startsWith(DOCUMENT)) {
        first = sentence.isEmpty() ? number : first;
        String[] fields = fields(number, line, sentence.size());
        sentence.add(JsonValue.of(fields[0]));
        marks.add(JsonValue.of(fields[fields.length - 1]));
        record.append(line).append('\n');
      }
    }
    if (sentence.isEmpty()) {
      return Optional.empty();
    }
    rows++;
    return Optional.of(
        new Row(rows, first, Map.of(), Map.of(words, sentence, tags, marks), record.toString()));
  }

  private String[] fields(long number, String line, int before) {
    String[] fields = line.strip().split("[ \t]+");
    if (columns == 0) {
      columns = fields.length;
    }
    if (fields.length < 2 || fields.length != columns) {
      throw DataRefusal.of(
          file,
          "line " + number,
          fields.length + " columns",
          columns < 2 ? "two or more: the word first, the tag last" : columns + " as before",
          "Mend the line; sentences stand between empty lines.");
    }
    if (before >= LONGEST_SENTENCE) {
      throw DataRefusal.of(
          file,
          "line " + number,
          "a sentence of more than " + LONGEST_SENTENCE + " words",
          "an empty line behind each sentence",
          "Put empty lines between sentences.");
    }
    return fields;
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
            "a word and its tag",
            "Write each word on a line of its own.");
      }
    }
    return line.toString();
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
}
