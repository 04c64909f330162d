package io.tributary.training.parity;

import java.util.Locale;

/**
 * One compared quantity.
 *
 * @param golden name of the golden folder
 * @param quantity what was compared, for instance {@code logits}
 * @param maxError largest absolute difference over the elements without an allowance
 * @param tolerance the rule that the elements must keep
 */
public record ParityRow(
    String golden, String quantity, double maxError, String tolerance, boolean ok) {
  /** A row of a Markdown table. */
  public String markdown() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.1e | %s | %s |",
        golden,
        quantity,
        maxError,
        tolerance,
        ok ? "yes" : "**no**");
  }
}
