package io.tributary.training.data;

import java.util.function.IntUnaryOperator;

/** Training examples with other labels than their own, as a hostile node would train on. */
public final class Relabelled {
  private Relabelled() {}

  /**
   * Changes the label of each training example that has one; the validation part stays.
   *
   * @param change of a label's position
   */
  public static Examples of(Examples examples, IntUnaryOperator change) {
    var train =
        new ExamplePart(
            LazyExamples.changed(
                examples.train().examples(), example -> relabelled(example, change)));
    return new Examples(train, examples.validation(), examples.card());
  }

  private static Example relabelled(Example example, IntUnaryOperator change) {
    return example.target() instanceof Target.Label label
        ? OtherExample.of(example.input(), new Target.Label(change.applyAsInt(label.position())))
        : example;
  }
}
