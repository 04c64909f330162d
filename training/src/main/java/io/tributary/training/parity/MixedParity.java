package io.tributary.training.parity;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Compares loss and gradients of a model whose products of matrices are bfloat16 with the golden
 * ones, which are float32. A bfloat16 has 8 bits of precision, and elements that are small sums of
 * large parts keep none of them: so gradients are compared as one vector.
 */
final class MixedParity {
  /** Of the loss, both absolute and relative: 2.5 units in the last place of a bfloat16. */
  private static final double LOSS = 1e-2;

  /** Length of the gradients' difference over their own length. */
  private static final double GRADIENT = 3e-2;

  /**
   * The same where batch norms divide by the deviation of few numbers: gradients of torch's own
   * autocast are 0.10 and 0.35 of their length away in {@code resnet-basic} and {@code
   * resnet-bottleneck}.
   */
  private static final double NORMED = 4e-1;

  private MixedParity() {}

  /**
   * The rows of one model.
   *
   * @param normed whether the model has batch norms
   * @param gradient of a golden parameter, by its name
   */
  static List<ParityRow> rows(
      GoldenFolder golden, boolean normed, double loss, Function<String, FloatBuffer> gradient) {
    double away = 0;
    double whole = 0;
    for (String name : golden.names()) {
      if (name.startsWith("grad.")) {
        FloatBuffer actual = gradient.apply(name.substring("grad.".length()));
        for (double expected : golden.tensor(name)) {
          away += Math.pow(actual.get() - expected, 2);
          whole += expected * expected;
        }
      }
    }
    double share = Math.sqrt(away / whole);
    double most = normed ? NORMED : GRADIENT;
    return List.of(
        new Comparison(golden.name(), "loss in bf16", LOSS, LOSS)
            .add(loss, golden.number("loss"))
            .row(),
        new ParityRow(
            golden.name(),
            "gradients in bf16, all as one vector",
            share,
            String.format(Locale.ROOT, "%.0e of its length", most),
            share <= most));
  }
}
