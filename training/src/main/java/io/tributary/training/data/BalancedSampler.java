package io.tributary.training.data;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Draws an epoch in which every label that occurs comes up alike: as many examples as there are, in
 * a random order, each label in turn getting one more than another at most. Within a label no
 * example comes twice before all came once, so that rare labels repeat evenly and of frequent ones
 * each epoch takes a part.
 */
public final class BalancedSampler {
  /** Purpose of the random stream that draws are taken from. */
  public static final String PURPOSE = "balanced-sampling";

  private final List<List<Integer>> byLabel;
  private final int size;

  private BalancedSampler(List<List<Integer>> byLabel, int size) {
    this.byLabel = byLabel;
    this.size = size;
  }

  /**
   * A sampler of examples with these labels.
   *
   * @param labels of each example; {@link Example#NO_LABEL} counts as a label like any other
   */
  public static BalancedSampler of(int[] labels) {
    var groups = new TreeMap<Integer, List<Integer>>();
    for (int i = 0; i < labels.length; i++) {
      groups.computeIfAbsent(labels[i], label -> new ArrayList<>()).add(i);
    }
    return new BalancedSampler(List.copyOf(groups.values()), labels.length);
  }

  /** The positions of one epoch, as many as there are examples. */
  public int[] epoch(RandomGenerator random) {
    List<Integer> order = new ArrayList<>(size);
    List<Integer> groups = new ArrayList<>();
    for (int i = 0; i < byLabel.size(); i++) {
      groups.add(i);
    }
    StratifiedSplit.shuffle(groups, random);
    for (int turn = 0; turn < groups.size(); turn++) {
      int count = size / groups.size() + (turn < size % groups.size() ? 1 : 0);
      take(byLabel.get(groups.get(turn)), count, order, random);
    }
    StratifiedSplit.shuffle(order, random);
    return order.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void take(
      List<Integer> members, int count, List<Integer> into, RandomGenerator random) {
    int left = count;
    while (left > 0) {
      List<Integer> shuffled = new ArrayList<>(members);
      StratifiedSplit.shuffle(shuffled, random);
      into.addAll(shuffled.subList(0, Math.min(left, shuffled.size())));
      left -= shuffled.size();
    }
  }

  /** The labels' sizes, for messages. */
  @Override
  public String toString() {
    return "BalancedSampler[" + byLabel.size() + " labels, " + size + " examples]";
  }
}
