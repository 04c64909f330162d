package io.tributary.training.parity;

import io.tributary.federation.plan.Task;
import io.tributary.training.model.Head;
import io.tributary.training.model.ImageInputs;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.RowInputs;
import io.tributary.training.model.Targets;
import io.tributary.training.model.TokenInputs;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The inputs of a golden model folder, and what they ask of the model. */
final class GoldenInputs {
  private GoldenInputs() {}

  /** The head, from the class that the golden set was made with. */
  static Head head(GoldenFolder golden) {
    String model = golden.modelClass();
    int outputs = golden.size("logits", golden.axes("logits") - 1);
    if (model.contains("LMHead") || model.contains("CausalLM")) {
      return Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0);
    }
    if (model.endsWith("TokenClassification")) {
      return Head.of(Task.TOKEN_CLASSIFICATION, outputs);
    }
    if (golden.has("input.pixel_values")) {
      return Head.of(Task.IMAGE_CLASSIFICATION, outputs);
    }
    if (golden.has("input.features")) {
      return new Head(Task.TABULAR_CLASSIFICATION, outputs, golden.find("pos_weight").isPresent());
    }
    return numeric(golden) ? numbers(golden, outputs) : Head.of(Task.TEXT_CLASSIFICATION, outputs);
  }

  /** Whether an example's labels are numbers: those of a regression, or 0 and 1 of many labels. */
  private static boolean numeric(GoldenFolder golden) {
    return !golden.isWhole("input.labels");
  }

  private static Head numbers(GoldenFolder golden, int outputs) {
    boolean each = golden.problem().startsWith("multi_label");
    return new Head(each ? Task.TEXT_CLASSIFICATION : Task.TEXT_REGRESSION, outputs, each);
  }

  static Inputs of(GoldenFolder golden, Head head) {
    if (golden.has("input.features")) {
      return rows(golden);
    }
    return golden.has("input.pixel_values") ? images(golden) : texts(golden, head);
  }

  /** Texts without their padding: what our batches pad again. */
  private static Inputs texts(GoldenFolder golden, Head head) {
    int[][] ids = cut(golden, golden.rows("input.input_ids"));
    int[][] types =
        golden.has("input.token_type_ids")
            ? cut(golden, golden.rows("input.token_type_ids"))
            : new int[0][];
    Targets targets =
        head.task().perToken()
            ? new Targets.TokenLabels(cut(golden, golden.rows("input.labels")))
            : ofExamples(golden);
    int[][] mask = cut(golden, golden.rows("input.attention_mask"));
    boolean holes = Arrays.stream(mask).flatMapToInt(Arrays::stream).anyMatch(seen -> seen == 0);
    return new TokenInputs(ids, types, holes ? mask : new int[0][], targets);
  }

  private static Targets ofExamples(GoldenFolder golden) {
    return numeric(golden)
        ? new Targets.Numbers(floats(golden, "input.labels"))
        : new Targets.Labels(golden.integers("input.labels"));
  }

  /** Each row up to the last token that is seen. */
  private static int[][] cut(GoldenFolder golden, int[][] rows) {
    int[][] mask = golden.rows("input.attention_mask");
    return IntStream.range(0, rows.length)
        .mapToObj(i -> Arrays.copyOf(rows[i], lastSeen(mask[i]) + 1))
        .toArray(int[][]::new);
  }

  private static int lastSeen(int[] mask) {
    return IntStream.range(0, mask.length).filter(t -> mask[t] == 1).max().orElse(0);
  }

  private static Inputs rows(GoldenFolder golden) {
    float[][] features = floats(golden, "input.features");
    Targets targets =
        golden.find("pos_weight").isPresent()
            ? new Targets.Numbers(floats(golden, "input.labels"))
            : new Targets.Labels(golden.integers("input.labels"));
    int[][] categories =
        golden.has("input.categories") ? golden.rows("input.categories") : new int[0][];
    return new RowInputs(features, categories, targets);
  }

  private static Inputs images(GoldenFolder golden) {
    String name = "input.pixel_values";
    float[][] pixels = floats(golden, name);
    return new ImageInputs(
        golden.size(name, 1),
        golden.size(name, 2),
        golden.size(name, 3),
        (example, into) -> into.put(pixels[example]),
        new Targets.Labels(golden.integers("input.labels")));
  }

  /** One row for each first index. */
  private static float[][] floats(GoldenFolder golden, String name) {
    double[] all = golden.tensor(name);
    int rows = golden.size(name, 0);
    int width = all.length / rows;
    float[][] floats = new float[rows][width];
    for (int i = 0; i < all.length; i++) {
      floats[i / width][i % width] = (float) all[i];
    }
    return floats;
  }

  /** The expected logits; of answers for tokens only where the attention mask is 1. */
  static double[] logits(GoldenFolder golden, Head head, String name) {
    double[] all = golden.tensor(name);
    if (!head.task().perToken()) {
      return all;
    }
    int[] mask = golden.integers("input.attention_mask");
    int width = all.length / mask.length;
    return IntStream.range(0, all.length)
        .filter(i -> mask[i / width] == 1)
        .mapToDouble(i -> all[i])
        .toArray();
  }

  /**
   * Of answers for tokens only those of tokens that are seen: others have no value of their own.
   */
  static double[] seen(double[] logits, Inputs inputs) {
    if (!(inputs instanceof TokenInputs texts)
        || !texts.masked()
        || !(texts.targets() instanceof Targets.TokenLabels)) {
      return logits;
    }
    int[] seen =
        IntStream.range(0, texts.size())
            .flatMap(e -> Arrays.stream(texts.source().seen(e)))
            .toArray();
    int width = logits.length / seen.length;
    return IntStream.range(0, logits.length)
        .filter(i -> seen[i / width] == 1)
        .mapToDouble(i -> logits[i])
        .toArray();
  }
}
