package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

/** An example of any kind other than a text or a row of numbers with one label. */
public record OtherExample(Input input, Target target) implements Example {
  public OtherExample {
    requireNonNull(input, "input");
    requireNonNull(target, "target");
  }

  /** The example in its most compact form. */
  static Example of(Input input, Target target) {
    if (target instanceof Target.Label label) {
      if (input instanceof Input.Text text) {
        return new TextExample(text.text(), label.position());
      }
      if (input instanceof Input.Row row && row.categories().length == 0) {
        return new TabularExample(row.numbers(), label.position());
      }
    }
    return new OtherExample(input, target);
  }
}
