package io.tributary.training.model;

import io.tributary.federation.plan.LoraPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where adapters sit, as {@code adapters.py} reads it. Adapters stand in the order of the slots of
 * their weights, those of one slot in the order of its parameters; their A and B follow the model's
 * own slots in that order.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AdapterTable(long[] structure, int count, double scaling, double dropout) {
  /** Golden ratio's bits, so that keys of neighbours differ (SplitMix64). */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** A model without adapters. */
  static AdapterTable none(int slots) {
    return new AdapterTable(new long[] {slots, 0}, 0, 1, 0);
  }

  static AdapterTable of(List<Slot> slots, List<Adapter> adapters, LoraPlan settings) {
    List<Long> starts = new ArrayList<>();
    List<Long> columns = new ArrayList<>();
    List<Adapter> ordered = new ArrayList<>();
    for (Slot slot : slots) {
      starts.add((long) ordered.size());
      long first = 0;
      for (ParameterSpec parameter : slot.parameters()) {
        for (Adapter adapter : adapters) {
          if (adapter.weight().name().equals(parameter.name())) {
            ordered.add(adapter);
            columns.add(first);
            columns.add(adapter.outputs());
          }
        }
        first += parameter.shape().get(0);
      }
    }
    starts.add((long) ordered.size());
    if (!ordered.equals(adapters)) {
      throw new IllegalArgumentException("adapters: not in the order of the slots");
    }
    List<Long> all = new ArrayList<>(List.of((long) slots.size(), (long) ordered.size()));
    all.addAll(starts);
    all.addAll(columns);
    return new AdapterTable(
        all.stream().mapToLong(Long::longValue).toArray(),
        ordered.size(),
        settings.scaling(),
        settings.dropout());
  }

  /** For the script: the structure, then two keys for each adapter where inputs are dropped. */
  long[] integers(DropoutMasks masks) {
    if (!masks.active() || dropout == 0) {
      return structure;
    }
    long[] all = Arrays.copyOf(structure, structure.length + 2 * count);
    for (int i = 0; i < count; i++) {
      DropoutMasks own = masks.derived((i + 1) * GOLDEN);
      all[structure.length + 2 * i] = own.keyLow();
      all[structure.length + 2 * i + 1] = own.keyHigh();
    }
    return all;
  }

  /** For the script. */
  double[] numbers() {
    return new double[] {scaling, dropout};
  }
}
