package io.tributary.training.data;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

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

  /**
   * The examples of a site that has some rows of a larger source: as if a file of those rows alone
   * had been read. They are shared, not copied.
   *
   * @param spec of such a file, whose validation part is a share or none
   * @param all the larger source's examples, cleaned
   * @param positions of the site's examples, ascending
   * @param labels the plan's label set that they were read for
   */
  public static Examples of(
      DatasetSpec spec, ExamplePart all, int[] positions, List<String> labels) {
    if (spec.validation().path().isPresent()) {
      throw new IllegalArgumentException("a validation file can't be shared among sites");
    }
    return ExamplesLoader.split(
        spec,
        labels,
        new ExamplePart(LazyExamples.selected(all.examples(), positions)),
        Optional.empty(),
        new TreeMap<>());
  }

  /** What an evaluation looks at: the validation part if there is one, else all examples. */
  public ExamplePart evaluated() {
    return validation.isEmpty() ? train : validation;
  }
}
