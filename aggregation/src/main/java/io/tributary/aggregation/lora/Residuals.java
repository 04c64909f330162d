package io.tributary.aggregation.lora;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.plan.LoraAggregation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * Makes the residuals of the next checkpoint: those of the one before, and what a round puts into
 * the frozen weights. First all of it as factors whose ranks add up; then those that have become at
 * least as large as the weight are multiplied out.
 *
 * <p>Reads in pieces: memory depends on the largest factor of one node, not on the number of nodes.
 */
public final class Residuals {
  /** Most values that are held at once: 4 MiB of float64. */
  private static final int MOST_VALUES = 512 << 10;

  private final NamedValues checkpoint;
  private final SortedSet<String> modules;
  private final RoundProducts products;

  private Residuals(NamedValues checkpoint, RoundProducts products) {
    this.checkpoint = checkpoint;
    this.modules = AdapterLayout.modules(checkpoint.layout());
    this.products = products;
  }

  /**
   * The residuals after a round.
   *
   * @param aggregation one that puts something into the weights
   * @param checkpoint canonical file of what the round began with, residuals included
   * @param deltas of the nodes: for FLoRA each of its node's rank, otherwise all of the run's
   * @param weights one each, at least 0 and not all 0
   * @param scaling of the products
   */
  public static Residuals after(
      LoraAggregation aggregation,
      ByteSource checkpoint,
      List<ByteSource> deltas,
      List<Double> weights,
      double scaling)
      throws IOException {
    double total = weights.stream().mapToDouble(Double::doubleValue).sum();
    double[] shares = weights.stream().mapToDouble(weight -> weight / total).toArray();
    var known = new NamedValues(checkpoint);
    List<NamedValues> open = RoundProducts.open(deltas);
    RoundProducts products =
        aggregation == LoraAggregation.FLORA
            ? new RoundProducts.Stack(known, open, shares, scaling)
            : new RoundProducts.Contrasts(open, shares, scaling);
    return new Residuals(known, products);
  }

  /** Writes the factors of all modules; those of a residual that is whole are the round's alone. */
  public void writeFactors(ByteSink to) throws IOException {
    List<TensorSpec> tensors = new ArrayList<>();
    for (String module : modules) {
      long rank = oldRank(module) + products.rank();
      if (rank > 0) {
        TensorSpec a = checkpoint.spec(AdapterLayout.a(module));
        TensorSpec b = checkpoint.spec(AdapterLayout.b(module));
        String nameA = AdapterLayout.residualA(module);
        String nameB = AdapterLayout.residualB(module);
        tensors.add(new TensorSpec(nameA, a.dtype(), List.of(rank, a.shape().get(1))));
        tensors.add(new TensorSpec(nameB, b.dtype(), List.of(b.shape().get(0), rank)));
      }
    }
    Layout layout = Layout.of(tensors);
    var writer = new ValueWriter(layout, to);
    for (TensorSpec tensor : layout.tensors()) {
      String module = module(tensor.name());
      if (tensor.name().equals(AdapterLayout.residualA(module))) {
        writeA(module, tensor, writer);
      } else {
        writeB(module, tensor, writer);
      }
    }
  }

  private String module(String tensor) {
    return modules.stream()
        .filter(
            module ->
                tensor.equals(AdapterLayout.residualA(module))
                    || tensor.equals(AdapterLayout.residualB(module)))
        .findFirst()
        .orElseThrow();
  }

  private long oldRank(String module) {
    String name = AdapterLayout.residualA(module);
    return checkpoint.has(name) ? checkpoint.spec(name).shape().get(0) : 0;
  }

  private void writeA(String module, TensorSpec tensor, ValueWriter writer) throws IOException {
    int width = Math.toIntExact(tensor.shape().get(1));
    for (long row = 0; row < oldRank(module); row++) {
      writer.write(tensor, checkpoint.rows(AdapterLayout.residualA(module), row, 1), 0, width);
    }
    products.ofA(module, (values, from, count) -> writer.write(tensor, values, from, count));
  }

  private void writeB(String module, TensorSpec tensor, ValueWriter writer) throws IOException {
    long outputs = tensor.shape().get(0);
    int width = Math.toIntExact(tensor.shape().get(1));
    int old = (int) oldRank(module);
    int most = Math.max(1, MOST_VALUES / width);
    for (long row = 0; row < outputs; row += most) {
      int rows = (int) Math.min(most, outputs - row);
      double[] values = new double[rows * width];
      if (old > 0) {
        double[] before = checkpoint.rows(AdapterLayout.residualB(module), row, rows);
        for (int i = 0; i < rows; i++) {
          System.arraycopy(before, i * old, values, i * width, old);
        }
      }
      products.ofB(module, row, rows, values, width, old);
      writer.write(tensor, values, 0, values.length);
    }
  }

  /**
   * Writes the residuals that are whole: those that were, and those whose factors have become at
   * least as large.
   *
   * @param factors what {@link #writeFactors} wrote
   * @return the tensors of the factors' file that stay
   */
  public Layout writeWhole(ByteSource factors, ByteSink to) throws IOException {
    var made = new NamedValues(factors);
    List<TensorSpec> whole = new ArrayList<>();
    List<TensorSpec> stay = new ArrayList<>();
    for (String module : modules) {
      TensorSpec a = checkpoint.spec(AdapterLayout.a(module));
      long inputs = a.shape().get(1);
      long outputs = checkpoint.spec(AdapterLayout.b(module)).shape().get(0);
      String nameA = AdapterLayout.residualA(module);
      long rank = made.has(nameA) ? made.spec(nameA).shape().get(0) : 0;
      boolean was = checkpoint.has(AdapterLayout.residual(module));
      if (was || (rank > 0 && rank * (inputs + outputs) >= inputs * outputs)) {
        String name = AdapterLayout.residual(module);
        whole.add(new TensorSpec(name, a.dtype(), List.of(outputs, inputs)));
      } else if (rank > 0) {
        stay.add(made.spec(nameA));
        stay.add(made.spec(AdapterLayout.residualB(module)));
      }
    }
    Layout layout = Layout.of(whole);
    var writer = new ValueWriter(layout, to);
    for (TensorSpec tensor : layout.tensors()) {
      multiply(tensor, made, writer);
    }
    return Layout.of(stay);
  }

  private void multiply(TensorSpec tensor, NamedValues factors, ValueWriter writer)
      throws IOException {
    String module =
        modules.stream()
            .filter(m -> tensor.name().equals(AdapterLayout.residual(m)))
            .findFirst()
            .orElseThrow();
    String nameA = AdapterLayout.residualA(module);
    long outputs = tensor.shape().get(0);
    int inputs = Math.toIntExact(tensor.shape().get(1));
    int rank = factors.has(nameA) ? Math.toIntExact(factors.spec(nameA).shape().get(0)) : 0;
    int most = Math.max(1, MOST_VALUES / inputs);
    for (long row = 0; row < outputs; row += most) {
      int rows = (int) Math.min(most, outputs - row);
      double[] sum =
          checkpoint.has(tensor.name())
              ? checkpoint.rows(tensor.name(), row, rows)
              : new double[rows * inputs];
      double[] b =
          rank == 0 ? new double[0] : factors.rows(AdapterLayout.residualB(module), row, rows);
      for (int k = 0; k < rank; k++) {
        double[] a = factors.rows(nameA, k, 1);
        for (int i = 0; i < rows; i++) {
          add(b[i * rank + k], a, sum, i * inputs);
        }
      }
      writer.write(tensor, sum, 0, sum.length);
    }
  }

  /** A loop of its own over plain arrays: the form that HotSpot turns into vector code. */
  private static void add(double factor, double[] row, double[] sum, int at) {
    for (int j = 0; j < row.length; j++) {
      sum[at + j] += factor * row[j];
    }
  }
}
