package io.tributary.simulations.partition;

import java.util.Arrays;

/**
 * Who holds which examples. Each example belongs to at most one node; a node's examples are in the
 * order of the file, so that they are those of a file that {@code data split} writes.
 */
public final class Partition {
  /** The owner of an example that no node has. */
  public static final int NOBODY = -1;

  private final int[] owners;
  private final int[][] held;

  private Partition(int[] owners, int[][] held) {
    this.owners = owners;
    this.held = held;
  }

  /**
   * From the owner of each example.
   *
   * @param owners positions of nodes, or {@link #NOBODY}
   */
  public static Partition of(int[] owners, int nodes) {
    int[] counts = new int[nodes];
    for (int owner : owners) {
      if (owner != NOBODY) {
        counts[owner]++;
      }
    }
    int[][] held = new int[nodes][];
    for (int node = 0; node < nodes; node++) {
      held[node] = new int[counts[node]];
    }
    Arrays.fill(counts, 0);
    for (int i = 0; i < owners.length; i++) {
      int owner = owners[i];
      if (owner != NOBODY) {
        held[owner][counts[owner]++] = i;
      }
    }
    return new Partition(owners.clone(), held);
  }

  public int nodes() {
    return held.length;
  }

  /** The node that has an example, or {@link #NOBODY}. */
  public int owner(int example) {
    return owners[example];
  }

  /** The examples of a node, ascending. */
  public int[] of(int node) {
    return held[node].clone();
  }

  /** How many examples a node has. */
  public int size(int node) {
    return held[node].length;
  }

  /** Examples that no node has. */
  public long leftOut() {
    return Arrays.stream(owners).filter(owner -> owner == NOBODY).count();
  }

  /**
   * How many examples of each label each node has.
   *
   * @return for each node one count a label; examples without a label are not counted
   */
  public long[][] counts(Subjects subjects) {
    long[][] counts = new long[nodes()][subjects.names().size()];
    for (int i = 0; i < owners.length; i++) {
      if (owners[i] != NOBODY && subjects.labels()[i] >= 0) {
        counts[owners[i]][subjects.labels()[i]]++;
      }
    }
    return counts;
  }
}
