package io.tributary.aggregation.store;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Quoted;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/**
 * The layout and kind of one named group of an update.
 *
 * @param layout of F32 and F64 tensors; in statistics also of I64, which are counters: never cast
 *     to be averaged, the largest counts
 */
public record GroupSpec(Layout layout, GroupKind kind) {
  public GroupSpec {
    requireNonNull(kind, "kind");
    layout.tensors().forEach(tensor -> checkDType(tensor, kind));
  }

  /** A group of deltas. */
  public static GroupSpec delta(Layout layout) {
    return new GroupSpec(layout, GroupKind.DELTA);
  }

  /** A group of statistics. */
  public static GroupSpec statistic(Layout layout) {
    return new GroupSpec(layout, GroupKind.STATISTIC);
  }

  /** A group of changes of controls. */
  public static GroupSpec control(Layout layout) {
    return new GroupSpec(layout, GroupKind.CONTROL);
  }

  private static void checkDType(TensorSpec tensor, GroupKind kind) {
    boolean counter = kind == GroupKind.STATISTIC && tensor.dtype() == DType.I64;
    if (tensor.dtype() != DType.F32 && tensor.dtype() != DType.F64 && !counter) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "tensor " + Quoted.of(tensor.name()),
          tensor.form(),
          "F32 or F64",
          "Leave it out of what is trained.");
    }
  }
}
