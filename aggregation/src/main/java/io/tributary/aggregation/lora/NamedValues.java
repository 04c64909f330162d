package io.tributary.aggregation.lora;

import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.ValueReader;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;

/** The values of a file's tensors, as float64, in pieces. For one thread. */
final class NamedValues {
  private static final int PIECE = 32 << 10;

  private final ByteSource file;
  private final SafetensorsHeader header;
  private final ValueReader reader = ValueReader.onHeap(PIECE);
  private final double[] piece = new double[PIECE];

  NamedValues(ByteSource file) throws IOException {
    this.file = file;
    header = Safetensors.read(file);
  }

  Layout layout() {
    return header.layout();
  }

  boolean has(String name) {
    return header.layout().find(name).isPresent();
  }

  TensorSpec spec(String name) {
    return header
        .layout()
        .find(name)
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.CORRUPT, "tensor " + name, "missing", "in the file", "Check it."));
  }

  /** Reads values from an element on into an array's places from {@code at} on. */
  void read(String name, long first, double[] into, int at, int count) throws IOException {
    TensorSpec spec = spec(name);
    long position = header.position(name) + first * spec.dtype().bytes();
    for (int done = 0; done < count; done += PIECE) {
      int part = Math.min(PIECE, count - done);
      var block = new Block(spec.dtype(), position + (long) done * spec.dtype().bytes(), part);
      reader.read(file, 0, block, piece);
      System.arraycopy(piece, 0, into, at + done, part);
    }
  }

  /** Some rows of a tensor of two dimensions. */
  double[] rows(String name, long first, int rows) throws IOException {
    int width = Math.toIntExact(spec(name).shape().get(1));
    double[] values = new double[Math.multiplyExact(rows, width)];
    read(name, first * width, values, 0, values.length);
    return values;
  }
}
