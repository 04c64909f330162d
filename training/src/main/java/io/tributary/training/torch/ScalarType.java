package io.tributary.training.torch;

import io.tributary.federation.plan.Precision;

/**
 * Torch's numbers for the types of elements, as scripts take them ({@code c10/core/ScalarType.h}).
 */
public final class ScalarType {
  private static final long FLOAT = 6;
  private static final long BFLOAT16 = 15;

  private ScalarType() {}

  /** The type of the factors of a product. */
  public static long of(Precision precision) {
    return precision == Precision.BF16 ? BFLOAT16 : FLOAT;
  }
}
