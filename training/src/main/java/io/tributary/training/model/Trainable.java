package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.training.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What an optimizer works on: one row of numbers and their gradients.
 *
 * @param values first those that decay, then those that do not
 * @param gradients in the order of the values
 * @param decaying how many of the values decay
 * @param parts the parameters of which the row is made, in its order; together all of it
 */
public record Trainable(Tensor values, Tensor gradients, long decaying, List<Part> parts) {
  /**
   * One parameter.
   *
   * @param start of its numbers in the row
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Part(String name, long start, long[] shape) {}

  public Trainable {
    requireNonNull(values, "values");
    requireNonNull(gradients, "gradients");
    parts = List.copyOf(parts);
  }

  /** A row whose groups are one vector each. */
  public Trainable(Tensor values, Tensor gradients, long decaying) {
    this(values, gradients, decaying, vectors(values.elements(), decaying));
  }

  private static List<Part> vectors(long all, long decaying) {
    List<Part> parts = new ArrayList<>();
    if (decaying > 0) {
      parts.add(new Part("decaying", 0, new long[] {decaying}));
    }
    if (all > decaying) {
      parts.add(new Part("plain", decaying, new long[] {all - decaying}));
    }
    return parts;
  }
}
