package io.tributary.training.model;

import io.tributary.aggregation.lora.AdapterLayout;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the rounds of a run have put into the weights under its adapters, as a checkpoint holds it.
 * Holds that of one module at a time. Confined to one thread.
 */
final class ResidualValues {
  private final StoredTensors checkpoint;

  /** By the name of the weight. */
  private final Map<String, Adapter> adapters = new HashMap<>();

  private String held = "";
  private LowRankSum sum = LowRankSum.none();

  private ResidualValues(StoredTensors checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** The residuals of a checkpoint; a model without adapters has none. */
  static ResidualValues of(StoredTensors checkpoint, Architecture architecture) {
    var values = new ResidualValues(checkpoint);
    if (architecture instanceof AdaptedArchitecture adapted) {
      for (Adapter adapter : adapted.adapters()) {
        if (rank(checkpoint, adapter) > 0 || whole(checkpoint, adapter)) {
          values.adapters.put(adapter.weight().name(), adapter);
        }
      }
    }
    return values;
  }

  /**
   * The layout of a checkpoint without its residuals, where each of them belongs to an adapter and
   * has its form; otherwise the layout as it is.
   */
  static Layout without(Layout checkpoint, Architecture architecture) {
    Set<String> known = new HashSet<>();
    if (architecture instanceof AdaptedArchitecture adapted) {
      adapted.adapters().forEach(adapter -> add(checkpoint, adapter, known));
    }
    return known.isEmpty()
        ? checkpoint
        : Layout.of(checkpoint.tensors().stream().filter(t -> !known.contains(t.name())).toList());
  }

  private static void add(Layout checkpoint, Adapter adapter, Set<String> known) {
    String nameA = AdapterLayout.residualA(adapter.module());
    String nameB = AdapterLayout.residualB(adapter.module());
    String whole = AdapterLayout.residual(adapter.module());
    long rank = checkpoint.find(nameA).map(a -> a.shape().get(0)).orElse(0L);
    var forms =
        List.of(
            new TensorSpec(nameA, DType.F32, List.of(rank, adapter.inputs())),
            new TensorSpec(nameB, DType.F32, List.of(adapter.outputs(), rank)));
    if (checkpoint.tensors().containsAll(forms)) {
      known.addAll(List.of(nameA, nameB));
    }
    var form = new TensorSpec(whole, DType.F32, List.of(adapter.outputs(), adapter.inputs()));
    if (checkpoint.tensors().contains(form)) {
      known.add(whole);
    }
  }

  /** Whether all residuals are factors. */
  boolean isLowRank() {
    return adapters.values().stream().noneMatch(adapter -> whole(checkpoint, adapter));
  }

  /** The largest rank of a residual that is factors; 0 without any. */
  int rank() {
    return adapters.values().stream().mapToInt(a -> rank(checkpoint, a)).max().orElse(0);
  }

  private static int rank(StoredTensors checkpoint, Adapter adapter) {
    return checkpoint
        .find(AdapterLayout.residualA(adapter.module()))
        .map(a -> Math.toIntExact(a.shape().get(0)))
        .orElse(0);
  }

  private static boolean whole(StoredTensors checkpoint, Adapter adapter) {
    return checkpoint.find(AdapterLayout.residual(adapter.module())).isPresent();
  }

  /**
   * Adds a weight's residual to its values, if it has one.
   *
   * @param first element of the weight that lies at {@code start} of the buffer
   */
  void add(String weight, long first, ByteBuffer values, int start) throws IOException {
    Adapter adapter = adapters.get(weight);
    if (adapter != null) {
      hold(adapter);
      sum.add(1, first, values, start);
    }
  }

  private void hold(Adapter adapter) throws IOException {
    if (!held.equals(adapter.module())) {
      sum =
          whole(checkpoint, adapter)
              ? LowRankSum.whole(adapter, all(checkpoint, AdapterLayout.residual(adapter.module())))
              : LowRankSum.of(
                  adapter,
                  rank(checkpoint, adapter),
                  all(checkpoint, AdapterLayout.residualB(adapter.module())),
                  all(checkpoint, AdapterLayout.residualA(adapter.module())));
      held = adapter.module();
    }
  }

  /** All values of a tensor. */
  static float[] all(StoredTensors from, String name) throws IOException {
    long count = from.find(name).orElseThrow().elements();
    float[] all = new float[Math.toIntExact(count)];
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(all.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    from.read(name, 0, bytes);
    bytes.flip().asFloatBuffer().get(all);
    return all;
  }
}
