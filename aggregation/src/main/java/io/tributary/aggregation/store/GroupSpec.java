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
 * @param layout of F32 and F64 tensors only; no other type is ever cast to be averaged
 */
public record GroupSpec(Layout layout, GroupKind kind) {
  public GroupSpec {
    requireNonNull(kind, "kind");
    layout.tensors().forEach(GroupSpec::checkDType);
  }

  /** A group of deltas. */
  public static GroupSpec delta(Layout layout) {
    return new GroupSpec(layout, GroupKind.DELTA);
  }

  /** A group of statistics. */
  public static GroupSpec statistic(Layout layout) {
    return new GroupSpec(layout, GroupKind.STATISTIC);
  }

  private static void checkDType(TensorSpec tensor) {
    if (tensor.dtype() != DType.F32 && tensor.dtype() != DType.F64) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "tensor " + Quoted.of(tensor.name()),
          tensor.form(),
          "F32 or F64",
          "Leave it out of what is trained.");
    }
  }
}
