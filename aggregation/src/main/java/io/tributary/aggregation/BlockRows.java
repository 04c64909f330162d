package io.tributary.aggregation;

import io.tributary.aggregation.rule.Columns;
import io.tributary.aggregation.rule.RowAccess;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.store.ValueReader;
import io.tributary.aggregation.tensor.DType;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * One block of all updates of a group: each row is read when a rule asks for it, and its squares
 * are summed while it is in the cache. Belongs to one slot, so to one thread at a time.
 */
final class BlockRows implements Columns {
  private final GroupFiles files;
  private final long dataStart;
  private final ValueReader reader;
  private final double[][] rows;
  private final double[][] squares;
  private final BitSet read = new BitSet();
  private final boolean keepsAll;
  private Block block = new Block(DType.F32, 0, 0);

  BlockRows(GroupFiles files, RowAccess access, int elements) {
    this.files = files;
    dataStart = files.dataStart();
    reader = ValueReader.direct(elements);
    keepsAll = access == RowAccess.ALL;
    rows = new double[keepsAll ? files.updates().size() : 1][elements];
    squares = new double[files.updates().size()][elements / SquareSums.GRANULE];
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
    double[] row = rows[keepsAll ? update : 0];
    if (!keepsAll || !read.get(update)) {
      reader.read(files.updates().get(update), dataStart, block, row);
      sumSquares(update, row);
      read.set(update);
    }
    return row;
  }

  /** Reads the rows that the rule left out, so that every update's norm is known. */
  void readRest() throws IOException {
    for (int update = read.nextClearBit(0);
        update < updates();
        update = read.nextClearBit(update)) {
      row(update);
    }
  }

  /** Reads the old values of the block. */
  void readCheckpoint(double[] into) throws IOException {
    reader.read(files.checkpoint().orElseThrow(), dataStart, block, into);
  }

  /** Adds the sums of squares to the totals, granule after granule. */
  void addSquares(double[] totals) {
    int granules = (block.count() + SquareSums.GRANULE - 1) / SquareSums.GRANULE;
    for (int update = 0; update < totals.length; update++) {
      for (double square : Arrays.copyOf(squares[update], granules)) {
        totals[update] += square;
      }
    }
  }

  private void sumSquares(int update, double[] row) {
    for (int from = 0; from < block.count(); from += SquareSums.GRANULE) {
      int to = Math.min(from + SquareSums.GRANULE, block.count());
      squares[update][from / SquareSums.GRANULE] = SquareSums.granule(row, from, to);
    }
  }
}
