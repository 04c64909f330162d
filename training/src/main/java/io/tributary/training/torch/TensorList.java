package io.tributary.training.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.pytorch.jni.IValue;

/** A list of tensors in the form functions of the script take; freed with its scope. */
public final class TensorList {
  private final IValue value;

  TensorList(IValue value) {
    this.value = requireNonNull(value, "value");
  }

  IValue value() {
    return value;
  }
}
