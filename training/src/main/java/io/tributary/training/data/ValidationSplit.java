package io.tributary.training.data;

import io.tributary.federation.Digest;
import io.tributary.federation.seed.RandomStreams;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

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
      label[i] = all.label(i);
    }
    long seed = ByteBuffer.wrap(content.bytes()).getLong();
    var random = new RandomStreams(seed).stream(0, RandomStreams.COORDINATOR, PURPOSE);
    int[] part = StratifiedSplit.assign(label, labels, List.of(1 - share, share), random);
    return List.of(select(all, part, 0), select(all, part, 1));
  }

  private static ExamplePart select(ExamplePart all, int[] part, int wanted) {
    List<TextExample> texts = new ArrayList<>();
    List<TabularExample> rows = new ArrayList<>();
    for (int i = 0; i < part.length; i++) {
      if (part[i] == wanted && all.rows().isEmpty()) {
        texts.add(all.texts().get(i));
      } else if (part[i] == wanted) {
        rows.add(all.rows().get(i));
      }
    }
    return new ExamplePart(texts, rows);
  }
}
