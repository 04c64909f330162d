package io.tributary.aggregation.lora;

import io.tributary.aggregation.store.Block;
import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.store.ValueReader;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the product of mean factors is from the mean of products, for each adapter of a round.
 *
 * <p>With the k·r rows of all nodes' A stacked, and the columns of B beside each other, the norm of
 * Σ p·B·A is the sum of the products of two Gram matrices of k·r by k·r, element by element: so the
 * files are read once, block by block, and nothing of the size of a weight is ever made.
 *
 * @param residual ‖Σ p·(B − B̄)·(A − Ā)‖, 0 where averaging lost nothing
 * @param exact ‖Σ p·B·A‖, what was to be averaged
 */
public record Inexactness(double residual, double exact) {
  /** Most values of all nodes that are held at once: 4 MiB of float64. */
  private static final int MOST_VALUES = 512 << 10;

  /** The residual as a share of the whole; 0 where there is nothing. */
  public double relative() {
    return exact == 0 ? 0 : residual / exact;
  }

  /** That of several adapters together: the norm of all their residuals as one row of numbers. */
  public static Inexactness together(Collection<Inexactness> adapters) {
    return new Inexactness(
        Math.sqrt(adapters.stream().mapToDouble(one -> one.residual * one.residual).sum()),
        Math.sqrt(adapters.stream().mapToDouble(one -> one.exact * one.exact).sum()));
  }

  /**
   * Measures every adapter whose factors are both in the layout; by the name of its module.
   *
   * @param checkpoint canonical file of the values that the nodes began with
   * @param deltas canonical files of the same layout, in order
   * @param weights one each, at least 0 and not all 0
   */
  public static SortedMap<String, Inexactness> of(
      Layout layout, ByteSource checkpoint, List<ByteSource> deltas, List<Double> weights)
      throws IOException {
    Map<String, Long> offsets = offsets(layout);
    SortedMap<String, Inexactness> found = new TreeMap<>();
    double[] shares = shares(weights);
    for (String module : AdapterLayout.modules(layout)) {
      TensorSpec a = layout.find(AdapterLayout.a(module)).orElseThrow();
      TensorSpec b = layout.find(AdapterLayout.b(module)).orElseThrow();
      var rows = new FactorRows(layout, checkpoint, deltas, shares);
      Grams low = rows.ofRows(a, offsets.getOrDefault(a.name(), 0L));
      Grams high = rows.ofColumns(b, offsets.getOrDefault(b.name(), 0L));
      found.put(module, new Inexactness(norm(low.centred, high.centred), norm(low.all, high.all)));
    }
    return found;
  }

  private static Map<String, Long> offsets(Layout layout) {
    Map<String, Long> offsets = new LinkedHashMap<>();
    long at = 0;
    for (TensorSpec tensor : layout.tensors()) {
      offsets.put(tensor.name(), at);
      at += tensor.bytes();
    }
    return offsets;
  }

  private static double[] shares(List<Double> weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double all = total;
    return weights.stream().mapToDouble(weight -> weight / all).toArray();
  }

  private static double norm(double[][] low, double[][] high) {
    double sum = 0;
    for (int i = 0; i < low.length; i++) {
      for (int j = 0; j < low.length; j++) {
        sum += low[i][j] * high[i][j];
      }
    }
    return Math.sqrt(Math.max(0, sum));
  }

  /** Scalar products of all nodes' rows: of their values, and of what they differ from the mean. */
  private static final class Grams {
    private final double[][] all;
    private final double[][] centred;

    private Grams(int rows) {
      all = new double[rows][rows];
      centred = new double[rows][rows];
    }
  }

  /** The rows of one factor of all nodes, each times the root of the node's share. */
  private static final class FactorRows {
    private final ByteSource checkpoint;
    private final List<ByteSource> deltas;
    private final double[] shares;
    private final long dataStart;

    private FactorRows(
        Layout layout, ByteSource checkpoint, List<ByteSource> deltas, double[] shares) {
      this.checkpoint = checkpoint;
      this.deltas = deltas;
      this.shares = shares;
      dataStart = Safetensors.canonicalHeader(layout).length;
    }

    /** Of A, r × in: its rows. */
    private Grams ofRows(TensorSpec tensor, long offset) throws IOException {
      int rank = Math.toIntExact(tensor.shape().get(0));
      long length = tensor.shape().get(1);
      int piece = piece(rank, length);
      Grams grams = grams(rank);
      for (long from = 0; from < length; from += piece) {
        int count = (int) Math.min(piece, length - from);
        List<double[]> values = new ArrayList<>();
        for (ByteSource file : files()) {
          double[] rows = new double[rank * count];
          double[] row = new double[count];
          for (int k = 0; k < rank; k++) {
            read(file, tensor, offset, k * length + from, row);
            System.arraycopy(row, 0, rows, k * count, count);
          }
          values.add(rows);
        }
        add(values, rank, count, grams);
      }
      return grams;
    }

    /** Of B, out × r: its columns. */
    private Grams ofColumns(TensorSpec tensor, long offset) throws IOException {
      int rank = Math.toIntExact(tensor.shape().get(1));
      long length = tensor.shape().get(0);
      int piece = piece(rank, length);
      Grams grams = grams(rank);
      for (long from = 0; from < length; from += piece) {
        int count = (int) Math.min(piece, length - from);
        List<double[]> values = new ArrayList<>();
        for (ByteSource file : files()) {
          double[] block = new double[rank * count];
          read(file, tensor, offset, from * rank, block);
          double[] rows = new double[rank * count];
          for (int i = 0; i < block.length; i++) {
            rows[i % rank * count + i / rank] = block[i];
          }
          values.add(rows);
        }
        add(values, rank, count, grams);
      }
      return grams;
    }

    /** The checkpoint, then all deltas. */
    private List<ByteSource> files() {
      List<ByteSource> files = new ArrayList<>();
      files.add(checkpoint);
      files.addAll(deltas);
      return files;
    }

    private int piece(int rank, long length) {
      long most = Math.max(16, MOST_VALUES / Math.max(1, (long) rank * (deltas.size() + 1)));
      return (int) Math.min(most, length);
    }

    private Grams grams(int rank) {
      return new Grams(rank * deltas.size());
    }

    private void read(ByteSource file, TensorSpec tensor, long offset, long element, double[] into)
        throws IOException {
      long at = offset + element * tensor.dtype().bytes();
      ValueReader.onHeap(into.length)
          .read(file, dataStart, new Block(tensor.dtype(), at, into.length), into);
    }

    /**
     * @param values rank rows of count values, of the checkpoint and of each delta
     */
    private void add(List<double[]> values, int rank, int count, Grams grams) {
      double[] mean = new double[rank * count];
      for (int node = 0; node < deltas.size(); node++) {
        for (int i = 0; i < mean.length; i++) {
          mean[i] += shares[node] * values.get(node + 1)[i];
        }
      }
      double[][] all = new double[rank * deltas.size()][count];
      double[][] centred = new double[rank * deltas.size()][count];
      for (int node = 0; node < deltas.size(); node++) {
        double root = Math.sqrt(shares[node]);
        double[] delta = values.get(node + 1);
        for (int i = 0; i < mean.length; i++) {
          int row = node * rank + i / count;
          all[row][i % count] = root * (values.get(0)[i] + delta[i]);
          centred[row][i % count] = root * (delta[i] - mean[i]);
        }
      }
      products(all, count, grams.all);
      products(centred, count, grams.centred);
    }

    private static void products(double[][] rows, int count, double[][] into) {
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j <= i; j++) {
          double product = SquareSums.product(rows[i], rows[j], count);
          into[i][j] += product;
          into[j][i] += i == j ? 0 : product;
        }
      }
    }
  }
}
