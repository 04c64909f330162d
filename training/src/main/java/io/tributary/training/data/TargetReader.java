package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the target of a row and maps local label names to positions in a plan's set. */
final class TargetReader {
  private final SourceSpec source;
  private final Columns.Out column;
  private final List<String> labels;
  private final Cleaning cleaning;
  private final Map<String, Integer> positions = new HashMap<>();

  /**
   * @param labels the plan's label set; empty where only {@link #names} is asked for
   */
  TargetReader(SourceSpec source, List<String> labels, Cleaning cleaning) {
    this.source = source;
    this.column = source.columns().target();
    this.labels = labels;
    this.cleaning = cleaning;
    for (String label : labels) {
      positions.put(label, positions.size());
    }
  }

  Target target(Row row) {
    return switch (column.kind()) {
      case LABEL -> new Target.Label(position(row, one(row)));
      case LABELS -> {
        var found = new TreeSet<Integer>();
        several(row).forEach(name -> found.add(position(row, name)));
        yield new Target.Labels(List.copyOf(found));
      }
      case TAGS -> new Target.Tags(several(row).stream().map(n -> position(row, n)).toList());
      case NUMBER -> {
        String text = row.find(column.column()).orElse("").strip();
        yield new Target.Value(Numerals.number(source.path(), row, column.column(), text));
      }
      case WITHIN -> new Target.Within();
    };
  }

  /** The plan's names of the labels that a row has; none where the target is no label. */
  List<String> names(Row row) {
    return switch (column.kind()) {
      case LABEL -> List.of(one(row));
      case LABELS, TAGS -> several(row);
      case NUMBER, WITHIN -> List.of();
    };
  }

  private String one(Row row) {
    return source.named(cleaning.label(row.find(column.column()).orElse("")));
  }

  private List<String> several(Row row) {
    List<String> names = new ArrayList<>();
    for (String own : own(row)) {
      names.add(source.named(cleaning.label(own)));
    }
    return names;
  }

  private List<String> own(Row row) {
    List<JsonValue> list = row.lists().get(column.column());
    if (list != null) {
      return list.stream().map(value -> text(row, value)).toList();
    }
    Optional<String> text = row.find(column.column()).filter(value -> !value.isBlank());
    if (column.kind() == Columns.Out.Kind.TAGS) {
      throw notAList(row);
    }
    return text.map(value -> List.of(value.split(Pattern.quote(column.separator()), -1)))
        .orElseGet(List::of);
  }

  private String text(Row row, JsonValue value) {
    if (value instanceof JsonString string) {
      return string.value();
    }
    if (value instanceof JsonNumber) {
      return value.canonical();
    }
    throw notAList(row);
  }

  private RuntimeException notAList(Row row) {
    return DataRefusal.of(
        source.path(),
        row.where() + ", column " + DataRefusal.quoted(column.column()),
        "another JSON value",
        "a list of texts or numbers",
        "Mend the row.");
  }

  private int position(Row row, String name) {
    Integer position = positions.get(name);
    if (position == null) {
      throw DataRefusal.unknownLabel(source.path(), row.where(), name, labels);
    }
    return position;
  }
}
