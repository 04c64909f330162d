package io.tributary.training.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.pytorch.jni.IValue;
import java.util.List;

/** A list of tensors in the form functions of the script take; freed with its scope. */
public final class TensorList {
  private final IValue value;
  private final List<Tensor> tensors;

  TensorList(IValue value, List<Tensor> tensors) {
    this.value = requireNonNull(value, "value");
    this.tensors = List.copyOf(tensors);
  }

  IValue value() {
    return value;
  }

  public List<Tensor> tensors() {
    return tensors;
  }
}
