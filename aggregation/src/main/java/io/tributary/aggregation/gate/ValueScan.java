package io.tributary.aggregation.gate;

import io.tributary.aggregation.gate.Verdict.Refused;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.Blocks;
import io.tributary.aggregation.store.GroupKind;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.store.ValueReader;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Quoted;
import io.tributary.aggregation.tensor.Safetensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** The one pass over an update's values: all finite, and the norms of deltas and controls. */
final class ValueScan {
  private static final int ELEMENTS = 4 * SquareSums.GRANULE;

  /** Buffers as large as the groups need: those of small updates would cost more than they do. */
  private ValueReader reader = ValueReader.onHeap(0);

  private double[] values = new double[0];
  private double deltas;
  private double controls;

  /**
   * Reads a group, whose file has the canonical form; says where it is not finite, if it is not.
   */
  Optional<Refused> add(String group, ByteSource source, GroupSpec spec) throws IOException {
    makeRoom((int) Math.min(ELEMENTS, spec.layout().dataBytes()));
    long dataStart = Safetensors.canonicalHeader(spec.layout()).length;
    for (Block block : Blocks.of(spec.layout(), ELEMENTS)) {
      reader.read(source, dataStart, block, values);
      for (int from = 0; from < block.count(); from += SquareSums.GRANULE) {
        int to = Math.min(from + SquareSums.GRANULE, block.count());
        double sum = SquareSums.granule(values, from, to);
        // a sum of finite float64 squares may overflow, so only a non-finite sum needs a closer
        // look
        if (!Double.isFinite(sum) && !allFinite(from, to)) {
          return notFinite(group, spec, block, from);
        }
        deltas += spec.kind() == GroupKind.DELTA ? sum : 0;
        controls += spec.kind() == GroupKind.CONTROL ? sum : 0;
      }
    }
    return Optional.empty();
  }

  /**
   * @param elements at least as many as a block has: no type takes less than a byte
   */
  private void makeRoom(int elements) {
    if (values.length < elements) {
      reader = ValueReader.onHeap(elements);
      values = new double[elements];
    }
  }

  /** The L2 norm of all deltas together. */
  double norm() {
    return Math.sqrt(deltas);
  }

  /** The same of all controls. */
  double controlNorm() {
    return Math.sqrt(controls);
  }

  private boolean allFinite(int from, int to) {
    return Arrays.stream(values, from, to).allMatch(Double::isFinite);
  }

  private Optional<Refused> notFinite(String group, GroupSpec spec, Block block, int from) {
    int i = from;
    while (Double.isFinite(values[i])) {
      i++;
    }
    long dataOffset = block.dataOffset() + (long) i * block.dtype().bytes();
    return Refusals.of(
        RefusalReason.NOT_FINITE,
        "group " + group + ", tensor " + Quoted.of(spec.layout().at(dataOffset).name()),
        values[i],
        "finite values",
        "Lower the learning rate, or clip gradients.");
  }
}
