package io.tributary.training.data.parquet;

import java.util.List;

/**
 * A column of values, as the schema has it.
 *
 * @param path names from the top down
 * @param type physical type, by its number in parquet.thrift
 * @param width bytes of a value of fixed length
 * @param meaning what values are
 * @param scale of decimals
 * @param definition level at which there is a value
 * @param repetition 0, or 1 in lists
 * @param listed level at which a list has an entry
 */
record Leaf(
    List<String> path,
    int type,
    int width,
    Meaning meaning,
    int scale,
    int definition,
    int repetition,
    int listed) {
  static final int BOOLEAN = 0;
  static final int INT32 = 1;
  static final int INT64 = 2;
  static final int FLOAT = 4;
  static final int DOUBLE = 5;
  static final int BYTES = 6;
  static final int FIXED = 7;

  /** What the values of a column are. */
  enum Meaning {
    TEXT,
    NUMBER,
    UNSIGNED,
    DECIMAL,
    TRUTH,
    /** Of another kind: refused when it is asked for. */
    OTHER
  }

  Leaf {
    path = List.copyOf(path);
  }

  /** Name of the whole column. */
  String column() {
    return path.get(0);
  }

  /** Name within a list's entries. */
  String field() {
    return path.get(path.size() - 1);
  }

  boolean isText() {
    return meaning == Meaning.TEXT;
  }
}
