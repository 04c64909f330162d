package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.training.torch.Tensor;

/**
 * What an optimizer works on: one row of numbers and their gradients.
 *
 * @param values first those that decay, then those that do not
 * @param gradients in the order of the values
 * @param decaying how many of the values decay
 */
public record Trainable(Tensor values, Tensor gradients, long decaying) {
  public Trainable {
    requireNonNull(values, "values");
    requireNonNull(gradients, "gradients");
  }
}
