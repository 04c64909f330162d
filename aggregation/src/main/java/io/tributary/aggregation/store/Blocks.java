package io.tributary.aggregation.store;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Cuts the data of a canonical file into blocks, in the order of the file. Neighbours of one type
 * are cut as one run, so that many small tensors cost no more reads than one large one. Every run
 * is cut at multiples of {@link SquareSums#GRANULE}, whatever the block size: sums that are made
 * granule by granule therefore do not depend on it.
 */
public final class Blocks implements Iterable<Block> {
  private record Run(DType dtype, long dataOffset, long count) {}

  private final List<Run> runs = new ArrayList<>();
  private final int elements;

  private Blocks(Layout layout, int elements) {
    this.elements = elements;
    long offset = 0;
    for (TensorSpec tensor : layout.tensors()) {
      append(tensor, offset);
      offset += tensor.bytes();
    }
  }

  /** Blocks of at most this many elements, rounded down to whole granules; at least one granule. */
  public static Blocks of(Layout layout, int elements) {
    return new Blocks(layout, elementsPerBlock(elements));
  }

  /** Blocks of exactly this many elements, and the rests at the ends of runs. */
  public static Blocks ofExactly(Layout layout, int elements) {
    return new Blocks(layout, elements);
  }

  /** The largest block that {@link #of} makes for this wish. */
  public static int elementsPerBlock(int elements) {
    return Math.max(1, elements / SquareSums.GRANULE) * SquareSums.GRANULE;
  }

  /** Elements of the largest block; 0 where there is none. */
  public int largest() {
    return (int) Math.min(elements, runs.stream().mapToLong(Run::count).max().orElse(0));
  }

  /** How many blocks there are. */
  public long count() {
    return runs.stream().mapToLong(run -> (run.count() + elements - 1) / elements).sum();
  }

  @Override
  public Iterator<Block> iterator() {
    return new Cutter();
  }

  private void append(TensorSpec tensor, long offset) {
    if (tensor.elements() == 0) {
      return;
    }
    int last = runs.size() - 1;
    if (last >= 0 && runs.get(last).dtype() == tensor.dtype()) {
      Run run = runs.get(last);
      runs.set(last, new Run(run.dtype(), run.dataOffset(), run.count() + tensor.elements()));
    } else {
      runs.add(new Run(tensor.dtype(), offset, tensor.elements()));
    }
  }

  private final class Cutter implements Iterator<Block> {
    private int run;
    private long done;

    @Override
    public boolean hasNext() {
      return run < runs.size();
    }

    @Override
    public Block next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all blocks were cut");
      }
      Run current = runs.get(run);
      int count = (int) Math.min(elements, current.count() - done);
      long offset = current.dataOffset() + done * current.dtype().bytes();
      done += count;
      if (done == current.count()) {
        run++;
        done = 0;
      }
      return new Block(current.dtype(), offset, count);
    }
  }
}
