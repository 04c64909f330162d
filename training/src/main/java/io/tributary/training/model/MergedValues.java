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
  private LowRankSum sum = LowRankSum.none();

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
      sum.add(scaling, first, into, start);
    }
  }

  private void hold(Adapter adapter) throws IOException {
    if (!held.equals(adapter.module())) {
      sum = LowRankSum.of(adapter, adapter.rank(), all(adapter.b()), all(adapter.a()));
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
}
