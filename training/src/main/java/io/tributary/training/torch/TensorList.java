package io.tributary.training.torch;

import ai.djl.pytorch.jni.IValue;

/** A list of tensors in the form functions of the script take; belongs to its scope. */
public final class TensorList implements AutoCloseable {
  private final IValue value;

  TensorList(IValue value) {
    this.value = value;
  }

  IValue value() {
    return value;
  }

  @Override
  public void close() {
    value.close();
  }
}
