package io.tributary.training.data;

import io.tributary.federation.Digest;
import io.tributary.federation.seed.RandomStreams;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes a share of each label's examples for validation. The draw depends on the content of the
 * examples alone, so a site has the same split in every run and after every restart.
 */
final class ValidationSplit {
  private static final String PURPOSE = "validation-split";

  private ValidationSplit() {}

  /** The training part and the validation part, each in the order of the file. */
  static List<ExamplePart> of(ExamplePart all, int labels, double share, Digest content) {
    int[] label = new int[all.size()];
    for (int i = 0; i < label.length; i++) {
      label[i] = stratum(all.get(i), labels);
    }
    long seed = ByteBuffer.wrap(content.bytes()).getLong();
    var random = new RandomStreams(seed).stream(0, RandomStreams.COORDINATOR, PURPOSE);
    int[] part = StratifiedSplit.assign(label, labels + 1, List.of(1 - share, share), random);
    return List.of(select(all, part, 0), select(all, part, 1));
  }

  /** The label, or the first of several; examples without one make a group of their own. */
  private static int stratum(Example example, int labels) {
    if (example.target() instanceof Target.Labels several && !several.positions().isEmpty()) {
      return several.positions().get(0);
    }
    return example.label() == Example.NO_LABEL ? labels : example.label();
  }

  private static ExamplePart select(ExamplePart all, int[] part, int wanted) {
    int[] positions = IntStream.range(0, part.length).filter(i -> part[i] == wanted).toArray();
    return new ExamplePart(LazyExamples.selected(all.examples(), positions));
  }
}
