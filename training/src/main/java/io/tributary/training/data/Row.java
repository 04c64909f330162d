package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One row of a source.
 *
 * @param number counted from 1, without the header
 * @param line of the file on which it begins, counted from 1; 0 in files without lines
 * @param values by column; absent where this row has none
 * @param lists by column, for columns that hold lists
 * @param record the row as its file has it, without the line end
 */
record Row(
    long number,
    long line,
    Map<String, String> values,
    Map<String, List<JsonValue>> lists,
    String record) {
  Row(long number, long line, Map<String, String> values, String record) {
    this(number, line, values, Map.of(), record);
  }

  Optional<String> find(String column) {
    return Optional.ofNullable(values.get(column));
  }

  /** How messages name the row. */
  String where() {
    return "row " + number + (line == 0 ? "" : " (line " + line + ")");
  }

  List<String> columns() {
    return Stream.concat(values.keySet().stream(), lists.keySet().stream()).sorted().toList();
  }
}
