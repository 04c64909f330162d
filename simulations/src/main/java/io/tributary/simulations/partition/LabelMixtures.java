package io.tributary.simulations.partition;

import static java.util.Objects.requireNonNull;

import io.tributary.training.data.GammaVariates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Nodes of equal size with mixes of labels of their own: {@link Scheme.Mixtures}. */
final class LabelMixtures {
  private final Subjects subjects;
  private final int nodes;
  private final RandomGenerator random;

  /** Examples of each label that nobody has yet. */
  private final List<List<Integer>> left = new ArrayList<>();

  LabelMixtures(Subjects subjects, int nodes, RandomGenerator random) {
    this.subjects = requireNonNull(subjects, "subjects");
    this.nodes = nodes;
    this.random = requireNonNull(random, "random");
  }

  /** The node of each example; the first nodes take the remainder, one each. */
  int[] owners(double beta) {
    int[] labels = subjects.labels();
    int count = subjects.names().size();
    for (int label = 0; label < count; label++) {
      left.add(new ArrayList<>());
    }
    for (int example = 0; example < labels.length; example++) {
      left.get(labels[example]).add(example);
    }
    int[] owners = new int[labels.length];
    var gamma = new GammaVariates(random);
    for (int node = 0; node < nodes; node++) {
      double[] mix = gamma.dirichlet(count, beta);
      int size = labels.length / nodes + (node < labels.length % nodes ? 1 : 0);
      for (int i = 0; i < size; i++) {
        owners[taken(left.get(drawn(mix)))] = node;
      }
    }
    return owners;
  }

  private int taken(List<Integer> examples) {
    Collections.swap(examples, random.nextInt(examples.size()), examples.size() - 1);
    return examples.remove(examples.size() - 1);
  }

  /** A label that has examples, by the mix; evenly among them where the mix has none of them. */
  private int drawn(double[] mix) {
    double sum = 0;
    int having = 0;
    for (int label = 0; label < mix.length; label++) {
      boolean some = !left.get(label).isEmpty();
      sum += some ? mix[label] : 0;
      having += some ? 1 : 0;
    }
    double point = random.nextDouble() * (sum > 0 ? sum : having);
    int last = 0;
    for (int label = 0; label < mix.length; label++) {
      if (!left.get(label).isEmpty()) {
        point -= sum > 0 ? mix[label] : 1;
        last = label;
        if (point < 0) {
          break;
        }
      }
    }
    return last;
  }
}
