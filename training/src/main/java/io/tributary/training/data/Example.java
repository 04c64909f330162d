package io.tributary.training.data;

/** One labelled example. */
public sealed interface Example permits TextExample, TabularExample {
  /** Position of the label in the plan's label set. */
  int label();
}
