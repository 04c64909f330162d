package io.tributary.training.finetune;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.training.model.DigestingSink;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.TokenRows;
import io.tributary.training.model.WrittenTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/**
 * Writes delta = float32(y - c) of every trained tensor as canonical safetensors, block by block.
 * Of the token table only some rows are live; the others follow from the optimizer's steps without
 * a gradient.
 */
final class DeltaFile {
  private static final int BLOCK = 64 << 10;

  private final ModelValues before;
  private final LiveParameters after;
  private final Optimizer optimizer;
  private final long steps;
  private final ByteBuffer block =
      ByteBuffer.allocateDirect(BLOCK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final float[] start = new float[BLOCK];
  private final float[] end = new float[BLOCK];

  /**
   * @param steps of the optimizer that made the live numbers
   */
  DeltaFile(ModelValues before, LiveParameters after, Optimizer optimizer, long steps) {
    this.before = before;
    this.after = after;
    this.optimizer = optimizer;
    this.steps = steps;
  }

  /** Writes the differences of the tensors that moved. */
  WrittenTensors write(Layout moved, Path file) throws IOException {
    return DigestingSink.write(
        file,
        sink -> {
          sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(moved)));
          for (TensorSpec tensor : moved.tensors()) {
            if (tensor.name().equals(after.tokenTable())) {
              table(tensor, sink);
            } else {
              whole(tensor, sink);
            }
          }
        });
  }

  private void whole(TensorSpec tensor, ByteSink to) throws IOException {
    FloatBuffer live = after.bytes(tensor.name()).asFloatBuffer();
    for (long at = 0; at < tensor.elements(); at += BLOCK) {
      int count = (int) Math.min(BLOCK, tensor.elements() - at);
      readStart(tensor.name(), at, count);
      live.get(end, 0, count);
      writeDifference(count, to);
    }
  }

  private void table(TensorSpec tensor, ByteSink to) throws IOException {
    FloatBuffer live = after.bytes(tensor.name()).asFloatBuffer();
    TokenRows rows = after.rows();
    int width = Math.toIntExact(tensor.shape().get(1));
    int most = Math.max(1, BLOCK / width);
    int tokens = Math.toIntExact(tensor.shape().get(0));
    for (int token = 0; token < tokens; token += most) {
      int count = Math.min(most, tokens - token);
      readStart(tensor.name(), (long) token * width, count * width);
      System.arraycopy(start, 0, end, 0, count * width);
      if (rows.count() < tokens) {
        optimizer.replayWithoutGradient(end, count * width, steps);
      }
      for (int i = 0; i < count; i++) {
        int row = rows.row(token + i);
        if (row >= 0) {
          live.get(row * width, end, i * width, width);
        }
      }
      writeDifference(count * width, to);
    }
  }

  private void readStart(String name, long first, int count) throws IOException {
    block.clear().limit(count * Float.BYTES);
    before.read(name, first, block);
    block.flip().asFloatBuffer().get(start, 0, count);
  }

  private void writeDifference(int count, ByteSink to) throws IOException {
    for (int i = 0; i < count; i++) {
      end[i] -= start[i];
    }
    block.clear().limit(count * Float.BYTES);
    block.asFloatBuffer().put(end, 0, count);
    to.write(block);
  }
}
