package io.tributary.aggregation.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The scores of Krum: for each of m updates the sum of the m − f − 2 smallest squared distances to
 * the others (Blanchard et al., "Machine Learning with Adversaries: Byzantine Tolerant Gradient
 * Descent", NeurIPS 2017, section 3).
 */
final class Neighbours {
  private Neighbours() {}

  /**
   * One score for each of some updates, in their order. At least one neighbour counts where there
   * is one.
   *
   * @param byzantine f
   */
  static double[] scores(Distances distances, List<Integer> among, int byzantine) {
    int others = among.size() - 1;
    int nearest = Math.min(others, Math.max(1, among.size() - byzantine - 2));
    double[] scores = new double[among.size()];
    for (int i = 0; i < scores.length; i++) {
      int one = among.get(i);
      double[] squares =
          among.stream()
              .filter(other -> other != one)
              .mapToDouble(other -> distances.squared(one, other))
              .sorted()
              .limit(nearest)
              .toArray();
      scores[i] = Arrays.stream(squares, 0, squares.length).reduce(0, Double::sum);
    }
    return scores;
  }

  /** The updates of the best scores, best first; of equal scores the first in name order. */
  static List<Integer> best(Distances distances, int byzantine, int count) {
    List<Integer> all = IntStream.range(0, distances.updates()).boxed().toList();
    double[] scores = scores(distances, all, byzantine);
    return all.stream()
        .sorted(Comparator.comparingDouble(update -> scores[update]))
        .limit(count)
        .toList();
  }

  /** So many times the best of those that are left, scored anew each time. */
  static List<Integer> oneByOne(Distances distances, int byzantine, int count) {
    List<Integer> left = new ArrayList<>(IntStream.range(0, distances.updates()).boxed().toList());
    List<Integer> chosen = new ArrayList<>();
    while (chosen.size() < count) {
      double[] scores = scores(distances, left, byzantine);
      int best = 0;
      for (int i = 1; i < scores.length; i++) {
        best = scores[i] < scores[best] ? i : best;
      }
      chosen.add(left.remove(best));
    }
    return chosen;
  }

  /** 1 for each chosen update, 0 for the others. */
  static List<Double> marks(List<Integer> chosen, int updates) {
    return IntStream.range(0, updates).mapToObj(i -> chosen.contains(i) ? 1.0 : 0.0).toList();
  }
}
