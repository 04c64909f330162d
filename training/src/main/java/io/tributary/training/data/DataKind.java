package io.tributary.training.data;

/** The words for kinds of examples. */
final class DataKind {
  private DataKind() {}

  static String of(Example example) {
    return input(example.input()) + target(example.target());
  }

  private static String input(Input input) {
    if (input instanceof Input.Row row) {
      return row.categories().length == 0 ? "rows" : "rows with categories";
    }
    if (input instanceof Input.Text) {
      return "texts";
    }
    if (input instanceof Input.Pair) {
      return "pairs of texts";
    }
    if (input instanceof Input.Words) {
      return "sentences";
    }
    return input instanceof Input.Dialogue ? "dialogues" : "pictures";
  }

  private static String target(Target target) {
    if (target instanceof Target.Labels) {
      return " with label lists";
    }
    if (target instanceof Target.Value) {
      return " with numbers to foretell";
    }
    return target instanceof Target.Tags ? " with tags" : "";
  }
}
