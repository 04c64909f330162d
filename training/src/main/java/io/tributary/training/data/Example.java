package io.tributary.training.data;

/** One example: an input and what a model should answer. */
public sealed interface Example permits TextExample, TabularExample, OtherExample {
  /** The {@link #label} of an example whose target is not one label. */
  int NO_LABEL = -1;

  Input input();

  Target target();

  /** Position of the label in the plan's label set; {@link #NO_LABEL} where there is not one. */
  default int label() {
    return target() instanceof Target.Label label ? label.position() : NO_LABEL;
  }
}
