package io.tributary.training.data;

import static java.util.Objects.requireNonNull;

/**
 * A text and its label.
 *
 * @param label position in the plan's label set
 */
public record TextExample(String text, int label) implements Example {
  public TextExample {
    requireNonNull(text, "text");
  }

  @Override
  public Input input() {
    return new Input.Text(text);
  }

  @Override
  public Target target() {
    return new Target.Label(label);
  }

  /** Never the text: what is printed ends up in logs. */
  @Override
  public String toString() {
    return "TextExample[" + text.length() + " characters, label=" + label + "]";
  }
}
