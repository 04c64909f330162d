package io.tributary.aggregation.lora;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Quoted;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes a canonical file value by value, each rounded once. */
final class ValueWriter {
  private static final int PIECE = 32 << 10;

  private final ByteSink sink;
  private final ByteBuffer bytes =
      ByteBuffer.allocate(PIECE * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Writes the head of the layout's file; the tensors' values follow in the layout's order. */
  ValueWriter(Layout layout, ByteSink sink) throws IOException {
    this.sink = sink;
    sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
  }

  /**
   * Writes the next values of a tensor.
   *
   * @throws FederationException REFUSED for one that is not finite in the tensor's type
   */
  void write(TensorSpec tensor, double[] values, int from, int count) throws IOException {
    for (int done = 0; done < count; done += PIECE) {
      bytes.clear();
      for (int i = done; i < Math.min(count, done + PIECE); i++) {
        put(tensor, values[from + i]);
      }
      sink.write(bytes.flip());
    }
  }

  private void put(TensorSpec tensor, double value) {
    boolean wide = tensor.dtype() == DType.F64;
    if (!(wide ? Double.isFinite(value) : Float.isFinite((float) value))) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          "candidate, tensor " + Quoted.of(tensor.name()),
          wide ? value : (float) value,
          "finite values",
          "Lower the learning rate, or set federation.gate.max-norm.");
    }
    if (wide) {
      bytes.putDouble(value);
    } else {
      bytes.putFloat((float) value);
    }
  }
}
