package io.tributary.aggregation;

import io.tributary.aggregation.rule.Columns;
import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.ScaledSums;
import io.tributary.aggregation.store.ValueReader;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * One block of all updates of a group: a row is read when a rule asks for it, and with {@link
 * RowAccess#ALL} once. Belongs to one slot, so to one thread at a time.
 */
final class BlockRows implements Columns {
  private static final double[] AS_IT_IS = {1};

  private final GroupFiles files;
  private final long dataStart;
  private final ScaledSums sums;
  private final int elements;
  // made when they are asked for: sums need none
  private final double[][] rows;
  private Optional<ValueReader> reader = Optional.empty();
  private final BitSet read = new BitSet();
  private final boolean keepsAll;
  private double[] root = {};
  private Block block = new Block(DType.F32, 0, 0);

  BlockRows(GroupFiles files, RowAccess access, int elements) {
    this.files = files;
    this.elements = elements;
    dataStart = files.dataStart();
    sums = new ScaledSums(elements);
    keepsAll = access == RowAccess.ALL;
    rows = new double[keepsAll ? files.updates().size() : 1][];
  }

  void begin(Block next) {
    block = next;
    read.clear();
  }

  @Override
  public int updates() {
    return files.updates().size();
  }

  @Override
  public int count() {
    return block.count();
  }

  @Override
  public double[] row(int update) throws IOException {
    int place = keepsAll ? update : 0;
    if (rows[place] == null) {
      rows[place] = new double[elements];
    }
    if (!keepsAll || !read.get(update)) {
      reader().read(files.updates().get(update), dataStart, block, rows[place]);
      read.set(update);
    }
    return rows[place];
  }

  @Override
  public void addScaled(double[] factors, double[] into) throws IOException {
    if (keepsAll) {
      Columns.super.addScaled(factors, into); // rows that a rule looked at are not read again
    } else {
      sums.add(files.updates(), factors, dataStart, block, into);
    }
  }

  @Override
  public double[] root() throws IOException {
    if (root.length == 0) {
      root = new double[elements];
    }
    reader().read(files.root().orElseThrow(), dataStart, block, root);
    return root;
  }

  /** The largest whole number of each column. */
  long[] largest() throws IOException {
    long[] largest = new long[block.count()];
    Arrays.fill(largest, Long.MIN_VALUE);
    ByteBuffer bytes =
        ByteBuffer.allocate(block.count() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (ByteSource update : files.updates()) {
      update.read(dataStart + block.dataOffset(), bytes.clear());
      LongBuffer counters = bytes.flip().asLongBuffer();
      for (int i = 0; i < largest.length; i++) {
        largest[i] = Math.max(largest[i], counters.get(i));
      }
    }
    return largest;
  }

  private ValueReader reader() {
    if (reader.isEmpty()) {
      reader = Optional.of(ValueReader.direct(elements));
    }
    return reader.get();
  }

  /**
   * Reads what the server optimizer remembers of the block.
   *
   * @param start its value before the first round
   */
  void readState(int state, double start, double[] into) throws IOException {
    if (files.state().isEmpty()) {
      Arrays.fill(into, 0, block.count(), start);
    } else {
      reader().read(files.state().get(state), dataStart, block, into);
    }
  }

  /** Adds the old values of the block, as they are; nothing where they are zero. */
  void addCheckpoint(double[] into) throws IOException {
    if (files.checkpoint().isPresent()) {
      sums.add(List.of(files.checkpoint().get()), AS_IT_IS, dataStart, block, into);
    }
  }
}
