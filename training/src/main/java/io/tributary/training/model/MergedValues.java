package io.tributary.training.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * The values of a model whose adapters are put into its weights: W + scaling · B · A, transposed
 * where the weight is stored (inputs, outputs). Holds one A and one B at a time. Confined to one
 * thread.
 */
final class MergedValues implements WeightSource {
  private final ModelValues values;
  private final Map<String, Adapter> adapters = new HashMap<>();
  private final double scaling;
  private String held = "";
  private float[] a = {};
  private float[] b = {};

  MergedValues(ModelValues values) {
    this.values = values;
    if (values.architecture() instanceof AdaptedArchitecture adapted) {
      adapted.adapters().forEach(adapter -> adapters.put(adapter.weight().name(), adapter));
      scaling = adapted.scaling();
    } else {
      scaling = 0;
    }
  }

  @Override
  public void read(String name, long first, ByteBuffer into) throws IOException {
    int start = into.position();
    values.read(name, first, into);
    Adapter adapter = adapters.get(name);
    if (adapter != null) {
      hold(adapter);
      add(adapter, first, into, start);
    }
  }

  private void hold(Adapter adapter) throws IOException {
    if (!held.equals(adapter.module())) {
      a = all(adapter.a());
      b = all(adapter.b());
      held = adapter.module();
    }
  }

  private float[] all(ParameterSpec parameter) throws IOException {
    int count = Math.toIntExact(parameter.elements());
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    values.read(parameter.name(), 0, bytes);
    float[] all = new float[count];
    bytes.flip().asFloatBuffer().get(all);
    return all;
  }

  private void add(Adapter adapter, long first, ByteBuffer into, int start) {
    int inputs = Math.toIntExact(adapter.inputs());
    long width = adapter.inOut() ? adapter.outputs() : inputs;
    long element = first;
    for (int at = start; at < into.position(); at += Float.BYTES) {
      int row = (int) (element / width);
      int column = (int) (element % width);
      int out = adapter.inOut() ? column : row;
      int in = adapter.inOut() ? row : column;
      double sum = 0;
      for (int r = 0; r < adapter.rank(); r++) {
        sum += (double) b[out * adapter.rank() + r] * a[r * inputs + in];
      }
      into.putFloat(at, (float) (into.getFloat(at) + scaling * sum));
      element++;
    }
  }
}
