package io.tributary.training.data;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.data.parquet.MalformedParquet;
import io.tributary.training.data.parquet.ParquetRows;
import io.tributary.training.data.parquet.ParquetRows.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of a Parquet file: texts, numbers and truth values are values, lists are lists. Of its
 * columns only those are read that are asked for.
 */
final class ParquetReader implements RowReader {
  private final Path file;
  private final ParquetRows rows;

  private ParquetReader(Path file, ParquetRows rows) {
    this.file = file;
    this.rows = rows;
  }

  static ParquetReader open(SourceSpec source) throws IOException {
    Path file = source.path();
    if (Files.isDirectory(file)) {
      throw DataRefusal.of(file, "", "a folder", "a file", "Name the file in it.");
    }
    ParquetRows rows;
    try {
      rows = ParquetRows.open(file);
    } catch (NoSuchFileException e) {
      throw DataRefusal.notFound(file);
    } catch (MalformedParquet e) {
      throw refusal(file, "", e);
    }
    try {
      choose(rows, source);
      return new ParquetReader(file, rows);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private static void choose(ParquetRows rows, SourceSpec source) throws IOException {
    Set<String> there = rows.columns();
    for (String column : source.columns().names()) {
      if (!there.contains(column)) {
        throw DataRefusal.missingColumn(source.path(), "schema", column, there);
      }
    }
    List<String> wanted = new ArrayList<>(source.columns().names());
    if (source.columns().input() instanceof Columns.Prompts prompts) {
      prompts.system().filter(there::contains).ifPresent(wanted::add);
    }
    try {
      rows.choose(wanted);
    } catch (MalformedParquet e) {
      throw refusal(source.path(), "schema", e);
    }
  }

  private static FederationException refusal(Path file, String where, MalformedParquet fault) {
    return DataRefusal.of(
        file, where, fault.found(), fault.rule(), "Write the file again, or name another.");
  }

  @Override
  public Optional<Row> next() throws IOException {
    try {
      return rows.next().map(this::row);
    } catch (MalformedParquet e) {
      throw refusal(file, "row " + (rows.row() + 1), e);
    }
  }

  private Row row(ParquetRows.Values found) {
    Map<String, List<JsonValue>> lists = new HashMap<>();
    found
        .lists()
        .forEach(
            (column, entries) -> lists.put(column, entries.stream().map(this::entry).toList()));
    return new Row(rows.row(), 0, found.values(), lists, "");
  }

  private JsonValue entry(Map<String, Cell> fields) {
    Cell alone = fields.get("");
    if (alone != null) {
      return json(alone);
    }
    Map<String, JsonValue> object = new HashMap<>();
    fields.forEach((name, cell) -> object.put(name, json(cell)));
    return JsonValue.object(object);
  }

  private static JsonValue json(Cell cell) {
    if (cell.text().isEmpty()) {
      return new JsonValue.JsonNull();
    }
    String text = cell.text().get();
    if (cell.isText()) {
      return JsonValue.of(text);
    }
    // no number of JSON
    boolean finite = !text.equals("NaN") && !text.endsWith("Infinity");
    return finite ? JsonReader.read(text) : new JsonValue.JsonNull();
  }

  @Override
  public RowPlace place() {
    return new RowPlace(rows.row(), 0, rows.row());
  }

  @Override
  public void seek(RowPlace place) throws IOException {
    try {
      rows.seek(place.position());
    } catch (MalformedParquet e) {
      throw refusal(file, "row " + (place.before() + 1), e);
    }
  }

  @Override
  public Optional<String> header() {
    return Optional.empty();
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
