package io.tributary.aggregation.rule;

import io.tributary.aggregation.store.SquareSums;
import java.io.IOException;

/**
 * The squared distances between the points of a round: its updates, and the origin behind them.
 *
 * <p>They are all that iterations around a moving centre need: for Σ a = 1 the point z = Σ a·x has
 * ‖x_i − z‖² = Σ_k a_k d_ik − ½ Σ_kl a_k a_l d_kl, so the updates are read once however many
 * iterations there are. Differences are squared, never norms subtracted: near neighbours keep their
 * digits.
 */
public final class Distances {
  private final int updates;
  private final double[] squares;

  /**
   * @param squares as {@link #add} sums them up
   */
  Distances(int updates, double[] squares) {
    this.updates = updates;
    this.squares = squares;
  }

  /** How many squared distances there are: for n updates n·(n + 1) / 2. */
  static int count(int updates) {
    return Math.toIntExact((long) updates * (updates + 1) / 2);
  }

  /** Adds what these columns contribute to all squared distances. */
  static void add(Columns granule, double[] sums) throws IOException {
    int n = granule.updates();
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = granule.row(i);
    }
    int at = 0;
    for (int j = 1; j < n; j++) {
      for (int i = 0; i < j; i++) {
        sums[at++] += SquareSums.difference(rows[i], rows[j], granule.count());
      }
    }
    for (int i = 0; i < n; i++) {
      sums[at++] += SquareSums.granule(rows[i], 0, granule.count());
    }
  }

  /** How many updates there are. */
  public int updates() {
    return updates;
  }

  /** The squared distance between two updates. */
  public double squared(int one, int other) {
    if (one == other) {
      return 0;
    }
    int low = Math.min(one, other);
    int high = Math.max(one, other);
    return squares[high * (high - 1) / 2 + low];
  }

  /** The length of an update. */
  public double norm(int update) {
    return Math.sqrt(squared(update, updates));
  }

  /**
   * How far each update is from a point Σ a·x.
   *
   * @param weights a, one an update; what their sum lacks to 1 is the origin's
   */
  double[] from(double[] weights) {
    double[] affine = new double[updates + 1];
    affine[updates] = 1;
    for (int k = 0; k < updates; k++) {
      affine[k] = weights[k];
      affine[updates] -= weights[k];
    }
    double[] means = new double[updates + 1];
    double spread = 0;
    for (int i = 0; i <= updates; i++) {
      for (int k = 0; k <= updates; k++) {
        means[i] += affine[k] * squared(i, k);
      }
      spread += affine[i] * means[i];
    }
    double[] distances = new double[updates];
    for (int i = 0; i < updates; i++) {
      distances[i] = Math.sqrt(Math.max(0, means[i] - spread / 2));
    }
    return distances;
  }
}
