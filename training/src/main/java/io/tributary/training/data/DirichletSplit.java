package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Divides examples among parties with unequal labels: the proportions of each label over the
 * parties are drawn from Dir(β), as in NIID-Bench (Li et al., Federated learning on non-IID data
 * silos, ICDE 2022, and its published partition code). A party that already holds its even share
 * gets no more; the whole is drawn again until the smallest party holds enough.
 */
public final class DirichletSplit {
  private static final int MOST_DRAWS = 10_000;

  private DirichletSplit() {}

  /**
   * The party of each example.
   *
   * @param labels position of each example's label
   * @param labelCount number of labels
   * @param parties number of parties
   * @param beta concentration, above 0; the smaller, the more unequal
   * @param least examples that each party must hold; 10 in the published code
   */
  public static int[] assign(
      int[] labels, int labelCount, int parties, double beta, int least, RandomGenerator random) {
    if (parties < 1 || !(beta > 0) || (long) parties * least > labels.length) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          "Dirichlet split",
          labels.length + " examples, " + parties + " parties, beta " + beta,
          "beta above 0, and " + least + " examples or more for each party",
          "Use fewer parties.");
    }
    var gamma = new GammaVariates(random);
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      int[] parts = new int[labels.length];
      if (smallest(draw(labels, labelCount, parts, parties, beta, gamma, random)) >= least) {
        return parts;
      }
    }
    throw FederationException.of(
        ErrorKind.INVALID_ARGUMENT,
        "Dirichlet split",
        "no draw of " + MOST_DRAWS + " gives each party " + least + " examples",
        "a larger beta or fewer parties",
        "Change them.");
  }

  private static int[] draw(
      int[] labels,
      int labelCount,
      int[] parts,
      int parties,
      double beta,
      GammaVariates gamma,
      RandomGenerator random) {
    int[] held = new int[parties];
    for (int label = 0; label < labelCount; label++) {
      List<Integer> members = members(labels, label);
      StratifiedSplit.shuffle(members, random);
      double[] shares = gamma.dirichlet(parties, beta);
      double sum = 0;
      for (int party = 0; party < parties; party++) {
        shares[party] = held[party] < (double) labels.length / parties ? shares[party] : 0;
        sum += shares[party];
      }
      cut(members, shares, sum, parts, held);
    }
    return held;
  }

  /** Cuts the members by the running sum of the shares; the last party takes the remainder. */
  private static void cut(
      List<Integer> members, double[] shares, double sum, int[] parts, int[] held) {
    double running = 0;
    int from = 0;
    for (int party = 0; party < shares.length; party++) {
      running += shares[party] / sum;
      boolean last = party == shares.length - 1;
      int to = last ? members.size() : Math.max(from, (int) (running * members.size()));
      for (int member : members.subList(from, Math.min(to, members.size()))) {
        parts[member] = party;
      }
      held[party] += Math.min(to, members.size()) - from;
      from = Math.min(to, members.size());
    }
  }

  private static List<Integer> members(int[] labels, int label) {
    List<Integer> members = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == label) {
        members.add(i);
      }
    }
    return members;
  }

  private static int smallest(int[] held) {
    int smallest = Integer.MAX_VALUE;
    for (int count : held) {
      smallest = Math.min(smallest, count);
    }
    return smallest;
  }
}
