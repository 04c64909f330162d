package io.tributary.training.data;

import java.util.List;

/**
 * The examples of a dataset in memory: read, label-mapped, cleaned and split.
 *
 * @param train to train on
 * @param validation kept for validation; empty where the dataset declares none
 * @param card of both
 */
public record Examples(ExamplePart train, ExamplePart validation, DatasetCard card) {
  /**
   * Reads a dataset. The same file contents, specification and labels give the same examples in the
   * same order and the same split, on any machine.
   *
   * @param labels the plan's label set, in the order of the model's outputs
   */
  public static Examples load(DatasetSpec spec, List<String> labels) {
    return ExamplesLoader.load(spec, labels);
  }

  /** What an evaluation looks at: the validation part if there is one, else all examples. */
  public ExamplePart evaluated() {
    return validation.isEmpty() ? train : validation;
  }
}
