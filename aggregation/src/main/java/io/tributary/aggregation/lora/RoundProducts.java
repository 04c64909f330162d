package io.tributary.aggregation.lora;

import io.tributary.aggregation.tensor.ByteSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a round puts into the frozen weight of a module, as the product of two factors whose ranks
 * add up. Reads the updates' files as asked and holds one factor of one node.
 */
abstract sealed class RoundProducts {
  /** Takes rows of A, one after the other. */
  interface Rows {
    void take(double[] values, int from, int count) throws IOException;
  }

  /** The rank of what this round adds. */
  abstract int rank();

  /** Gives all rows of A, rank × inputs, in order. */
  abstract void ofA(String module, Rows to) throws IOException;

  /**
   * Some rows of B, outputs × rank, scaling included.
   *
   * @param into row after row, {@code width} places each; those from {@code at} on are filled
   */
  abstract void ofB(String module, long first, int rows, double[] into, int width, int at)
      throws IOException;

  static List<NamedValues> open(List<ByteSource> files) throws IOException {
    List<NamedValues> open = new ArrayList<>();
    for (ByteSource file : files) {
      open.add(new NamedValues(file));
    }
    return open;
  }

  private static int rank(NamedValues file) {
    return AdapterLayout.modules(file.layout()).stream()
        .findFirst()
        .map(module -> Math.toIntExact(file.spec(AdapterLayout.a(module)).shape().get(0)))
        .orElse(0);
  }

  /**
   * The residual Σ p·(B − B̄)·(A − Ā), exact and of rank (k − 1)·r: by the updating formula of
   * covariances (West, CACM 1979), it is the sum over the second node and those after it of p·P⁻/P
   * · (B − M)·(A − N), where M and N are the means of the nodes before, P⁻ and P the sums of shares
   * without and with the node. Differences cancel the checkpoint, so that deltas are all it needs.
   */
  static final class Contrasts extends RoundProducts {
    private final List<NamedValues> deltas;
    private final double[] shares;
    private final double scaling;
    private final int rank;

    /**
     * @param deltas of one rank
     * @param shares one each, summing to 1
     */
    Contrasts(List<NamedValues> deltas, double[] shares, double scaling) {
      this.deltas = deltas;
      this.shares = shares;
      this.scaling = scaling;
      this.rank = RoundProducts.rank(deltas.get(0));
    }

    @Override
    int rank() {
      return (deltas.size() - 1) * rank;
    }

    @Override
    void ofA(String module, Rows to) throws IOException {
      String name = AdapterLayout.a(module);
      double[] mean = deltas.get(0).rows(name, 0, rank);
      double before = shares[0];
      for (int node = 1; node < deltas.size(); node++) {
        double[] own = deltas.get(node).rows(name, 0, rank);
        step(own, mean, before, shares[node], 1);
        before += shares[node];
        to.take(own, 0, own.length);
      }
    }

    @Override
    void ofB(String module, long first, int rows, double[] into, int width, int at)
        throws IOException {
      String name = AdapterLayout.b(module);
      double[] mean = deltas.get(0).rows(name, first, rows);
      double before = shares[0];
      for (int node = 1; node < deltas.size(); node++) {
        double[] own = deltas.get(node).rows(name, first, rows);
        step(own, mean, before, shares[node], scaling);
        before += shares[node];
        for (int row = 0; row < rows; row++) {
          int place = row * width + at + (node - 1) * rank;
          System.arraycopy(own, row * rank, into, place, rank);
        }
      }
    }

    /** Makes a contrast of a node's values, and moves the mean of those before on to it. */
    private static void step(
        double[] own, double[] mean, double before, double share, double factor) {
      double all = before + share;
      double weight = all == 0 ? 0 : factor * Math.sqrt(share * before / all);
      double pull = all == 0 ? 0 : share / all;
      for (int i = 0; i < own.length; i++) {
        double difference = own[i] - mean[i];
        mean[i] += pull * difference;
        own[i] = weight * difference;
      }
    }
  }

  /** All products, stacked: Σ p·B·A of rank Σ r. */
  static final class Stack extends RoundProducts {
    private final NamedValues checkpoint;
    private final List<NamedValues> deltas;
    private final double[] shares;
    private final double scaling;

    /**
     * @param checkpoint that the nodes began with, of the run's rank
     * @param deltas each of the rank of its node
     */
    Stack(NamedValues checkpoint, List<NamedValues> deltas, double[] shares, double scaling) {
      this.checkpoint = checkpoint;
      this.deltas = deltas;
      this.shares = shares;
      this.scaling = scaling;
    }

    @Override
    int rank() {
      return deltas.stream().mapToInt(RoundProducts::rank).sum();
    }

    @Override
    void ofA(String module, Rows to) throws IOException {
      String name = AdapterLayout.a(module);
      for (NamedValues delta : deltas) {
        int rank = RoundProducts.rank(delta);
        double[] own = delta.rows(name, 0, rank);
        double[] old = checkpoint.rows(name, 0, rank);
        for (int i = 0; i < own.length; i++) {
          own[i] += old[i];
        }
        to.take(own, 0, own.length);
      }
    }

    @Override
    void ofB(String module, long first, int rows, double[] into, int width, int at)
        throws IOException {
      String name = AdapterLayout.b(module);
      double[] old = checkpoint.rows(name, first, rows);
      int full = old.length / rows;
      int place = at;
      for (int node = 0; node < deltas.size(); node++) {
        int rank = RoundProducts.rank(deltas.get(node));
        double[] own = deltas.get(node).rows(name, first, rows);
        double factor = scaling * shares[node];
        for (int row = 0; row < rows; row++) {
          for (int i = 0; i < rank; i++) {
            into[row * width + place + i] = factor * (own[row * rank + i] + old[row * full + i]);
          }
        }
        place += rank;
      }
    }
  }
}
