package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;

/**
 * Examples of one kind, in the order of their source. The list may read from the source when asked
 * for an example, so that it takes little memory.
 */
public record ExamplePart(List<Example> examples) {
  /**
   * Texts or rows of numbers, each with one label; at most one of the lists has entries.
   *
   * @param texts of a text task
   * @param rows of a tabular task
   */
  public ExamplePart(List<TextExample> texts, List<TabularExample> rows) {
    this(texts.isEmpty() ? List.<Example>copyOf(rows) : List.<Example>copyOf(texts));
    if (!texts.isEmpty() && !rows.isEmpty()) {
      throw new FederationException(
          ErrorKind.INTERNAL, "examples: texts and rows together (expected: one kind).");
    }
  }

  /** No examples. */
  public static ExamplePart empty() {
    return new ExamplePart(List.of());
  }

  public static ExamplePart ofTexts(List<TextExample> texts) {
    return new ExamplePart(List.copyOf(texts));
  }

  public static ExamplePart ofRows(List<TabularExample> rows) {
    return new ExamplePart(List.copyOf(rows));
  }

  public int size() {
    return examples.size();
  }

  public boolean isEmpty() {
    return examples.isEmpty();
  }

  /** Whether an example is read from its file whenever it is asked for. */
  public boolean inFile() {
    return examples instanceof FileBacked backed && backed.inFile();
  }

  public Example get(int index) {
    return examples.get(index);
  }

  /** The label of one example: its position in the plan's label set. */
  public int label(int index) {
    return get(index).label();
  }

  /** The examples as texts with one label; empty where they are rows of numbers. */
  public List<TextExample> texts() {
    return isEmpty() || first() instanceof TabularExample
        ? List.of()
        : examples.stream().map(ExamplePart::text).toList();
  }

  /** The examples as rows of numbers with one label; empty where they are texts. */
  public List<TabularExample> rows() {
    return isEmpty() || first() instanceof TextExample
        ? List.of()
        : examples.stream().map(ExamplePart::row).toList();
  }

  private Example first() {
    return examples.get(0);
  }

  private static TextExample text(Example example) {
    if (example instanceof TextExample text) {
      return text;
    }
    throw otherKind(example);
  }

  private static TabularExample row(Example example) {
    if (example instanceof TabularExample row) {
      return row;
    }
    throw otherKind(example);
  }

  private static FederationException otherKind(Example example) {
    return FederationException.of(
        ErrorKind.INVALID_DATA,
        "examples",
        DataKind.of(example),
        "texts or rows of numbers, each with one label",
        "Choose a model and a task for such examples.");
  }

  /** The size alone. */
  @Override
  public String toString() {
    return "ExamplePart[" + size() + (isEmpty() ? "]" : " " + DataKind.of(first()) + "]");
  }
}
