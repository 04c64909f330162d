package io.tributary.aggregation;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.optimizer.StepBlock;
import io.tributary.aggregation.rule.Combine;
import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Makes one block of the candidate at a time, in buffers that are reused: c′ = float32(float64(c) +
 * step), or the step itself for statistics, or the largest value for counters. Belongs to one slot,
 * so to one thread at a time.
 */
final class CandidateBlock {
  private static final int ALL_FINITE = -1;

  /** A sum of squares below it has no value that does not fit a float32; NaN is not below it. */
  private static final double SAFE_SQUARES = 1e76;

  // short, so that it stays in the first-level cache
  private static final int PIECE = SquareSums.GRANULE;

  private final BlockRows rows;
  private final boolean moves;
  private final double[] values;
  private final float[] floats = new float[PIECE];
  private final ByteBuffer bytes;
  private int firstBad = ALL_FINITE;

  CandidateBlock(BlockRows rows, boolean moves, int elements) {
    this.rows = rows;
    this.moves = moves;
    values = new double[elements];
    bytes =
        ByteBuffer.allocate(Math.multiplyExact(elements, Double.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  void make(Block block, Combine combine, ServerOptimizer optimizer) throws IOException {
    rows.begin(block);
    if (block.dtype() == DType.I64) {
      count(block);
      return;
    }
    combine.combine(rows, values);
    if (moves) {
      optimizer.move(new StepBlock(values, block.count()));
      rows.addCheckpoint(values);
    }
    bytes.clear().limit(block.count() * block.dtype().bytes());
    if (block.dtype() == DType.F64) {
      bytes.asDoubleBuffer().put(values, 0, block.count());
      firstBad = firstNotFinite(values, block.count());
    } else {
      firstBad = round(block.count());
    }
  }

  /** Counters are never averaged: the largest of the updates is how far the furthest has come. */
  private void count(Block block) throws IOException {
    long[] largest = rows.largest();
    bytes.clear().limit(block.count() * Long.BYTES);
    bytes.asLongBuffer().put(largest, 0, block.count());
    firstBad = ALL_FINITE;
  }

  /** Makes float32 of the values, piece by piece; says where the first is not finite. */
  private int round(int count) {
    FloatBuffer into = bytes.asFloatBuffer();
    int bad = ALL_FINITE;
    for (int done = 0; done < count; done += PIECE) {
      int part = Math.min(PIECE, count - done);
      round(values, done, floats, part);
      into.put(floats, 0, part);
      if (bad == ALL_FINITE && !(SquareSums.granule(values, done, done + part) < SAFE_SQUARES)) {
        int badHere = firstNotFinite(floats, part);
        bad = badHere == ALL_FINITE ? ALL_FINITE : done + badHere;
      }
    }
    return bad;
  }

  /** The block's bytes; a fresh view, good until the next block. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  boolean isFinite() {
    return firstBad == ALL_FINITE;
  }

  /** The first element that is not finite, counted inside the block. */
  int firstNotFinite() {
    return firstBad;
  }

  /** The value as it would be written: what does not fit a float32 is infinite. */
  double value(Block block, int element) {
    return block.dtype() == DType.F64 ? values[element] : (float) values[element];
  }

  /* Loops of their own over plain arrays: the form that HotSpot unrolls. */

  private static void round(double[] from, int start, float[] into, int count) {
    for (int i = 0; i < count; i++) {
      into[i] = (float) from[start + i];
    }
  }

  private static int firstNotFinite(float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return ALL_FINITE;
  }

  private static int firstNotFinite(double[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!Double.isFinite(values[i])) {
        return i;
      }
    }
    return ALL_FINITE;
  }
}
