package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws parts by percentage so that each label keeps its share in every part. Which part the odd
 * examples of a label go to is chosen so that the parts' sizes come out right as well; the first
 * part always gets one example of each label.
 */
public final class StratifiedSplit {
  private StratifiedSplit() {}

  /**
   * The part of each example.
   *
   * @param labels position of each example's label
   * @param labelCount number of labels
   * @param shares of the parts, above 0 except that they may be 0, summing to 1
   */
  public static int[] assign(
      int[] labels, int labelCount, List<Double> shares, RandomGenerator random) {
    check(shares);
    int[] counts = new int[labelCount];
    for (int label : labels) {
      counts[label]++;
    }
    int[] parts = new int[labels.length];
    double[] owed = new double[shares.size()];
    for (int label = 0; label < labelCount; label++) {
      int[] members = members(labels, label, counts[label]);
      shuffle(members, random);
      int[] sizes = sizes(members.length, shares, owed);
      int next = 0;
      for (int part = 0; part < sizes.length; part++) {
        for (int k = 0; k < sizes[part]; k++) {
          parts[members[next++]] = part;
        }
      }
    }
    return parts;
  }

  private static int[] members(int[] labels, int label, int count) {
    int[] members = new int[count];
    int next = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == label) {
        members[next++] = i;
      }
    }
    return members;
  }

  private static void shuffle(int[] members, RandomGenerator random) {
    for (int i = members.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = members[i];
      members[i] = members[j];
      members[j] = kept;
    }
  }

  /** Fisher and Yates, drawing from the given stream only. */
  static void shuffle(List<Integer> members, RandomGenerator random) {
    for (int i = members.size() - 1; i > 0; i--) {
      Collections.swap(members, i, random.nextInt(i + 1));
    }
  }

  /**
   * Whole numbers that sum to the members; what rounding takes from a part is owed to it and given
   * with a later label.
   */
  private static int[] sizes(int members, List<Double> shares, double[] owed) {
    int[] sizes = new int[shares.size()];
    int given = 0;
    for (int part = 0; part < sizes.length; part++) {
      double exact = members * shares.get(part);
      sizes[part] = (int) Math.floor(exact + 1e-9);
      owed[part] += exact - sizes[part];
      given += sizes[part];
    }
    if (members > 0 && sizes[0] == 0 && given < members) {
      give(0, sizes, owed);
      given++;
    }
    while (given < members) {
      give(mostOwed(owed), sizes, owed);
      given++;
    }
    return sizes;
  }

  private static void give(int part, int[] sizes, double[] owed) {
    sizes[part]++;
    owed[part] -= 1;
  }

  private static int mostOwed(double[] owed) {
    int most = 0;
    for (int part = 1; part < owed.length; part++) {
      if (owed[part] > owed[most] + 1e-9) {
        most = part;
      }
    }
    return most;
  }

  private static void check(List<Double> shares) {
    double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
    if (shares.isEmpty() || shares.stream().anyMatch(s -> !(s >= 0)) || Math.abs(sum - 1) > 1e-6) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "parts",
          shares,
          "shares that sum to 100%",
          "Give each part its percentage.");
    }
  }
}
