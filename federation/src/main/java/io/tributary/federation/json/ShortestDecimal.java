package io.tributary.federation.json;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The shortest decimal that reads back as a given double. JDK 17's {@code Double.toString} is not
 * always the shortest (JDK-4511638), so digests must not rest on it.
 */
final class ShortestDecimal {
  private static final int DIGITS_THAT_ALWAYS_SUFFICE = 17;

  private ShortestDecimal() {}

  static BigDecimal of(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("number: " + value + " (expected: finite)");
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < DIGITS_THAT_ALWAYS_SUFFICE; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(DIGITS_THAT_ALWAYS_SUFFICE, RoundingMode.HALF_EVEN));
  }
}
