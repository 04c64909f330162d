package io.tributary.training.data;

import java.util.random.RandomGenerator;

/**
 * Gamma variates of scale 1 (Marsaglia and Tsang, A simple method for generating gamma variables,
 * ACM TOMS 26, 2000), with {@link StrictMath} only, so that a stream gives the same values on every
 * Java platform and version.
 */
public final class GammaVariates {
  private final RandomGenerator random;

  public GammaVariates(RandomGenerator random) {
    this.random = random;
  }

  /** Proportions drawn from a symmetric Dirichlet distribution; they sum to 1. */
  public double[] dirichlet(int count, double concentration) {
    double[] proportions = new double[count];
    double sum = 0;
    while (!(sum > 0)) {
      sum = 0;
      for (int i = 0; i < count; i++) {
        proportions[i] = next(concentration);
        sum += proportions[i];
      }
    }
    for (int i = 0; i < count; i++) {
      proportions[i] /= sum;
    }
    return proportions;
  }

  /**
   * One variate.
   *
   * @param shape above 0
   */
  public double next(double shape) {
    if (shape < 1) {
      return next(shape + 1) * StrictMath.pow(positive(), 1 / shape);
    }
    double d = shape - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double x = normal();
      double v = 1 + c * x;
      if (v > 0) {
        double cube = v * v * v;
        if (StrictMath.log(positive()) < 0.5 * x * x + d - d * cube + d * StrictMath.log(cube)) {
          return d * cube;
        }
      }
    }
  }

  /**
   * A standard normal variate by the polar method of Marsaglia; its second value is thrown away to
   * keep no state.
   */
  public double normal() {
    while (true) {
      double u = 2 * random.nextDouble() - 1;
      double v = 2 * random.nextDouble() - 1;
      double square = u * u + v * v;
      if (square > 0 && square < 1) {
        return u * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  private double positive() {
    return 1 - random.nextDouble();
  }
}
