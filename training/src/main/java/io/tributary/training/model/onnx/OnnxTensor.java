package io.tributary.training.model.onnx;

import io.tributary.training.model.onnx.WireReader.Range;
import java.util.List;

/**
 * A constant tensor of an ONNX graph; its elements stay in the file.
 *
 * @param dataType number of {@code TensorProto.DataType}
 * @param data little-endian elements
 */
record OnnxTensor(String name, List<Long> shape, int dataType, Range data) {
  /** {@code TensorProto.FLOAT}. */
  static final int FLOAT = 1;

  /** {@code TensorProto.UINT8} and {@code INT8}, the types of quantised weights. */
  static final List<Integer> QUANTISED = List.of(2, 3);

  OnnxTensor {
    shape = List.copyOf(shape);
  }

  long elements() {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }
}
