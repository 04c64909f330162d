package io.tributary.aggregation;

import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.NodeName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/** Layouts and canonical files for tests. */
public final class SampleFiles {
  private SampleFiles() {}

  public static TensorSpec tensor(String name, DType dtype, long... shape) {
    return new TensorSpec(name, dtype, Arrays.stream(shape).boxed().toList());
  }

  public static Layout layout(TensorSpec... tensors) {
    return Layout.of(List.of(tensors));
  }

  /** The canonical file of a layout, its elements in canonical order. */
  public static byte[] file(Layout layout, DoubleSupplier values) {
    byte[] header = Safetensors.canonicalHeader(layout);
    ByteBuffer out =
        ByteBuffer.allocate((int) Safetensors.canonicalSize(layout))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header);
    for (TensorSpec tensor : layout.tensors()) {
      for (long i = 0; i < tensor.elements(); i++) {
        if (tensor.dtype() == DType.F64) {
          out.putDouble(values.getAsDouble());
        } else {
          out.putFloat((float) values.getAsDouble());
        }
      }
    }
    return out.array();
  }

  public static byte[] file(Layout layout, double... values) {
    int[] next = {0};
    return file(layout, () -> values[next[0]++]);
  }

  public static byte[] random(Layout layout, long seed) {
    var random = new SplittableRandom(seed);
    return file(
        layout, () -> (random.nextDouble() - 0.5) * Math.exp(20 * random.nextDouble() - 10));
  }

  /** The elements behind the header, widened. */
  public static double[] values(Layout layout, byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    in.position(Safetensors.canonicalHeader(layout).length);
    List<Double> values = new ArrayList<>();
    for (TensorSpec tensor : layout.tensors()) {
      for (long i = 0; i < tensor.elements(); i++) {
        values.add(tensor.dtype() == DType.F64 ? in.getDouble() : (double) in.getFloat());
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  public static SpooledUpdate update(String node, long examples, byte[] delta) {
    return update(node, examples, 1, delta);
  }

  public static SpooledUpdate update(String node, long examples, long steps, byte[] delta) {
    return new SpooledUpdate(
        new NodeName(node), examples, steps, new TreeMap<>(Map.of("delta", ByteSource.of(delta))));
  }
}
