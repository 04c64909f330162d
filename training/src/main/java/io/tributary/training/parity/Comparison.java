package io.tributary.training.parity;

import java.util.Locale;

/**
 * Compares elements by the rule |actual - expected| &lt;= atol + rtol |expected| and remembers the
 * largest difference among those without an allowance.
 */
final class Comparison {
  /** Where one element may differ more than the rule says. */
  interface Allowance {
    /** The allowed difference, or less than 0 where the rule holds. */
    double of(int element);

    Allowance NONE = element -> -1;
  }

  private final String golden;
  private final String quantity;
  private final double atol;
  private final double rtol;
  private double maxError;
  private boolean ok = true;
  private long compared;
  private long allowed;

  Comparison(String golden, String quantity, double atol, double rtol) {
    this.golden = golden;
    this.quantity = quantity;
    this.atol = atol;
    this.rtol = rtol;
  }

  Comparison add(double actual, double expected) {
    return add(actual, expected, -1);
  }

  private Comparison add(double actual, double expected, double allowance) {
    double error = Math.abs(actual - expected);
    double rule = atol + rtol * Math.abs(expected);
    compared++;
    ok &= error <= Math.max(rule, allowance);
    if (allowance > rule) {
      allowed++;
    } else if (!(error <= maxError)) {
      maxError = error;
    }
    return this;
  }

  Comparison addAll(double[] actual, double[] expected, Allowance allowance) {
    ok &= actual.length == expected.length;
    for (int i = 0; i < Math.min(actual.length, expected.length); i++) {
      add(actual[i], expected[i], allowance.of(i));
    }
    return this;
  }

  ParityRow row() {
    String rule =
        atol == 0 && rtol == 0
            ? "exact"
            : String.format(Locale.ROOT, "%.0e + %.0e·abs", atol, rtol);
    if (allowed > 0) {
      rule += "; " + allowed + " of " + compared + " elements by the golden set's allowance";
    }
    return new ParityRow(golden, quantity, maxError, rule, ok && compared > 0);
  }
}
