package io.tributary.training.data;

import java.util.List;

/** Small files whose examples stay in them, as those of large ones do. */
public final class FileParts {
  private FileParts() {}

  /** The training part, read whenever an example is asked for. */
  public static ExamplePart inFile(DatasetSpec spec, List<String> labels) {
    return ExamplesLoader.load(spec, labels, 0).train();
  }
}
