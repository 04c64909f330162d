package io.tributary.aggregation.lora;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import java.io.IOException;

/**
 * Adapters of nodes that have a smaller rank than the run: the first rows of A and the first
 * columns of B. What they lack is zero (HetLoRA, Cho et al., "Heterogeneous LoRA for Federated
 * Fine-tuning of On-Device Foundation Models", EMNLP 2024, section 3), so that the product of a
 * node's factors is the same with and without the zeros.
 */
public final class RankFiles {
  /** Most values that are held at once: 4 MiB of float64. */
  private static final int MOST_VALUES = 512 << 10;

  private RankFiles() {}

  /**
   * Writes a checkpoint as a node of this rank has it; residuals are everybody's.
   *
   * @param rank at most that of the file
   */
  public static void cut(ByteSource checkpoint, int rank, ByteSink to) throws IOException {
    var from = new NamedValues(checkpoint);
    Layout layout = AdapterLayout.ofRank(from.layout(), rank);
    var writer = new ValueWriter(layout, to);
    for (TensorSpec tensor : layout.tensors()) {
      Rows rows = Rows.of(tensor);
      for (long row = 0; row < rows.count; row += rows.atOnce) {
        int count = (int) Math.min(rows.atOnce, rows.count - row);
        double[] values = new double[count * rows.width];
        copy(from, tensor, row, count, rows.width, values);
        writer.write(tensor, values, 0, values.length);
      }
    }
  }

  /**
   * Writes a node's deltas as those of the run's rank: where the node has nothing, the delta takes
   * away what the checkpoint has, so that the node's value is zero there.
   *
   * @param checkpoint holds every tensor of the layout
   * @param layout of the run's deltas
   */
  public static void pad(ByteSource update, ByteSource checkpoint, Layout layout, ByteSink to)
      throws IOException {
    var from = new NamedValues(update);
    var old = new NamedValues(checkpoint);
    var writer = new ValueWriter(layout, to);
    for (TensorSpec tensor : layout.tensors()) {
      Rows rows = Rows.of(tensor);
      boolean cut = !from.spec(tensor.name()).shape().equals(tensor.shape());
      for (long row = 0; row < rows.count; row += rows.atOnce) {
        int count = (int) Math.min(rows.atOnce, rows.count - row);
        double[] values = new double[count * rows.width];
        if (cut) {
          old.read(tensor.name(), row * rows.width, values, 0, values.length);
          negate(values);
        }
        copy(from, tensor, row, count, rows.width, values);
        writer.write(tensor, values, 0, values.length);
      }
    }
  }

  private static void negate(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = -values[i];
    }
  }

  /** What both have of some rows; the rest of the target stays. */
  private static void copy(
      NamedValues from, TensorSpec target, long first, int count, int width, double[] into)
      throws IOException {
    Rows own = Rows.of(from.spec(target.name()));
    int common = Math.min(own.width, width);
    int rows = (int) Math.max(0, Math.min(count, own.count - first));
    if (common == width && own.width == width) {
      from.read(target.name(), first * width, into, 0, rows * width);
      return;
    }
    for (int i = 0; i < rows; i++) {
      from.read(target.name(), (first + i) * own.width, into, i * width, common);
    }
  }

  /** A tensor as rows; of one dimension or none, rows of one value. */
  private record Rows(long count, int width, int atOnce) {
    static Rows of(TensorSpec tensor) {
      int width = tensor.shape().size() == 2 ? Math.toIntExact(tensor.shape().get(1)) : 1;
      long count = width == 0 ? 0 : tensor.elements() / width;
      return new Rows(count, width, Math.max(1, MOST_VALUES / Math.max(1, width)));
    }
  }
}
