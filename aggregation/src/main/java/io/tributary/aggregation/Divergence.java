package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.Quoted;

/**
 * The first place where a candidate is not finite.
 *
 * @param value NaN or infinite
 */
public record Divergence(String group, String tensor, double value) {
  public Divergence {
    requireNonNull(group, "group");
    requireNonNull(tensor, "tensor");
  }

  /** One line for a person. */
  public String sentence() {
    return "candidate, group "
        + group
        + ", tensor "
        + Quoted.of(tensor)
        + ": "
        + value
        + " (expected: finite values). Lower the learning rate, or set federation.gate.max-norm.";
  }
}
