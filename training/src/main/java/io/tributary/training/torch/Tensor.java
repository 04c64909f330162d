package io.tributary.training.torch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * A float32 or int64 tensor in memory of torch. What is written to its buffers is in the tensor
 * when the next function is called. They must not be used after that, on a device other than the
 * CPU, nor after the tensor's scope closed.
 */
public final class Tensor {
  private final PtNDArray array;
  private final HostCopies copies;

  Tensor(PtNDArray array, HostCopies copies) {
    this.array = array;
    this.copies = copies;
    // other types end the process inside the native library when their memory is asked for
    if (array.getDataType() != DataType.FLOAT32 && array.getDataType() != DataType.INT64) {
      throw new FederationException(
          ErrorKind.INTERNAL,
          "tensor: " + array.getDataType() + " (expected: float32 or int64). Report this.");
    }
  }

  PtNDArray array() {
    return array;
  }

  public long elements() {
    return array.getShape().size();
  }

  /** The memory in the machine's byte order, which is also that of safetensors. */
  public ByteBuffer bytes() {
    return copies.of(array).toByteBuffer(true).order(ByteOrder.nativeOrder());
  }

  public FloatBuffer floats() {
    if (array.getDataType() != DataType.FLOAT32) {
      throw new IllegalStateException("not a float32 tensor");
    }
    return bytes().asFloatBuffer();
  }

  public LongBuffer longs() {
    if (array.getDataType() != DataType.INT64) {
      throw new IllegalStateException("not an int64 tensor");
    }
    return bytes().asLongBuffer();
  }
}
