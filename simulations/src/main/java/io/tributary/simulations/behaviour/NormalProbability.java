package io.tributary.simulations.behaviour;

/**
 * The standard normal distribution function, to about 15 digits: {@code Φ(x) = 1/2 + φ(x) (x + x³/3
 * + x⁵/(3·5) + x⁷/(3·5·7) + …)} (Marsaglia, Evaluating the normal distribution, Journal of
 * Statistical Software 11(4), 2004, section 2).
 */
final class NormalProbability {
  /** Beyond it lies less than the last digit of 1. */
  private static final double FAR = 8.3;

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  private NormalProbability() {}

  /** The probability of a value below x. */
  static double below(double x) {
    if (Math.abs(x) > FAR) {
      return x > 0 ? 1 : 0;
    }
    double term = x;
    double sum = 0;
    for (int odd = 3; sum + term != sum; odd += 2) {
      sum += term;
      term *= x * x / odd;
    }
    return 0.5 + sum * StrictMath.exp(-0.5 * x * x - HALF_LOG_TWO_PI);
  }
}
