package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;

/**
 * Examples of one kind, in the order of their file; at most one of the lists has entries.
 *
 * @param texts of a text task
 * @param rows of a tabular task
 */
public record ExamplePart(List<TextExample> texts, List<TabularExample> rows) {
  public ExamplePart {
    texts = List.copyOf(texts);
    rows = List.copyOf(rows);
    if (!texts.isEmpty() && !rows.isEmpty()) {
      throw new FederationException(
          ErrorKind.INTERNAL, "examples: texts and rows together (expected: one kind).");
    }
  }

  /** No examples. */
  public static ExamplePart empty() {
    return new ExamplePart(List.of(), List.of());
  }

  public static ExamplePart ofTexts(List<TextExample> texts) {
    return new ExamplePart(texts, List.of());
  }

  public static ExamplePart ofRows(List<TabularExample> rows) {
    return new ExamplePart(List.of(), rows);
  }

  public int size() {
    return texts.size() + rows.size();
  }

  public boolean isEmpty() {
    return size() == 0;
  }

  public Example get(int index) {
    return rows.isEmpty() ? texts.get(index) : rows.get(index);
  }

  /** The label of one example: its position in the plan's label set. */
  public int label(int index) {
    return get(index).label();
  }

  /** The size alone. */
  @Override
  public String toString() {
    return "ExamplePart[" + size() + (rows.isEmpty() ? " texts]" : " rows]");
  }
}
