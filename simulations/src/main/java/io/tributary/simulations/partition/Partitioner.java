package io.tributary.simulations.partition;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.DirichletSplit;
import io.tributary.training.data.GammaVariates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Divides examples among nodes. The same subjects, scheme, nodes and seed give the same partition,
 * wherever it is asked for.
 */
public final class Partitioner {
  /** Fewest examples of a node in the published code of NIID-Bench. */
  public static final int USUAL_LEAST = 10;

  private static final String PURPOSE = "partition";
  private static final int MOST_DRAWS = 10_000;

  private final Subjects subjects;
  private final Scheme scheme;
  private final int nodes;
  private final int least;
  private final RandomGenerator random;

  private Partitioner(Subjects subjects, Scheme scheme, int nodes, int least, long seed) {
    this.subjects = requireNonNull(subjects, "subjects");
    this.scheme = requireNonNull(scheme, "scheme");
    this.nodes = nodes;
    this.least = least;
    this.random = new RandomStreams(seed).stream(0, RandomStreams.COORDINATOR, PURPOSE);
  }

  /**
   * Divides.
   *
   * @param least examples that each node must have; schemes that draw draw again until it has
   * @throws FederationException INVALID_CONFIG where it can't be done
   */
  public static Partition divide(
      Subjects subjects, Scheme scheme, int nodes, int least, long seed) {
    return new Partitioner(subjects, scheme, nodes, least, seed).divide();
  }

  /** How many values a column has: as many nodes as it can be divided among. */
  public static int groups(Subjects subjects) {
    return (int) subjects.groups().stream().distinct().count();
  }

  private Partition divide() {
    if (nodes < 1 || least < 1 || (long) nodes * least > subjects.size()) {
      throw refusal(
          subjects.size() + " examples for " + nodes + " nodes",
          least + " or more for each of 1 or more nodes",
          "Use fewer nodes, or a smaller least number of examples.");
    }
    if (scheme.needsLabels()) {
      subjects.requireLabels(scheme);
    }
    Partition partition = Partition.of(owners(), nodes);
    for (int node = 0; node < nodes; node++) {
      if (partition.size(node) < least) {
        throw refusal(
            "node " + (node + 1) + " has " + partition.size(node) + " examples",
            least + " or more for each node",
            "Use fewer nodes, or a smaller least number of examples.");
      }
    }
    return partition;
  }

  private int[] owners() {
    if (scheme instanceof Scheme.Dirichlet dirichlet) {
      return DirichletSplit.assign(
          subjects.labels(), subjects.names().size(), nodes, dirichlet.beta(), least, random);
    }
    if (scheme instanceof Scheme.Mixtures mixtures) {
      return new LabelMixtures(subjects, nodes, random).owners(mixtures.beta());
    }
    if (scheme instanceof Scheme.Sizes sizes) {
      return sizes(sizes.beta());
    }
    if (scheme instanceof Scheme.Shards shards) {
      return shards(shards.perNode());
    }
    if (scheme instanceof Scheme.Classes classes) {
      return classes(classes.perNode());
    }
    return scheme instanceof Scheme.Column ? column() : even();
  }

  private int[] even() {
    int[] order = shuffled(positions(subjects.size()));
    int[] owners = new int[order.length];
    deal(order, nodes, (part, example) -> owners[example] = part);
    return owners;
  }

  /** Proportions of a shuffled list, drawn again until the smallest has enough. */
  private int[] sizes(double beta) {
    int[] order = shuffled(positions(subjects.size()));
    var gamma = new GammaVariates(random);
    for (int draw = 0; draw < MOST_DRAWS; draw++) {
      double[] shares = gamma.dirichlet(nodes, beta);
      int[] owners = cut(order, shares);
      if (smallest(owners) >= least) {
        return owners;
      }
    }
    throw refusal(
        "no draw of " + MOST_DRAWS + " gives each node " + least + " examples",
        "a larger beta or fewer nodes",
        "Change them.");
  }

  private int[] cut(int[] order, double[] shares) {
    int[] owners = new int[order.length];
    double running = 0;
    int from = 0;
    for (int node = 0; node < nodes; node++) {
      running += shares[node];
      int to =
          node == nodes - 1 ? order.length : Math.min(order.length, (int) (running * order.length));
      for (int i = from; i < to; i++) {
        owners[order[i]] = node;
      }
      from = Math.max(from, to);
    }
    return owners;
  }

  private int smallest(int[] owners) {
    int[] counts = new int[nodes];
    for (int owner : owners) {
      counts[owner]++;
    }
    return Arrays.stream(counts).min().orElse(0);
  }

  private int[] shards(int perNode) {
    int shards = Math.multiplyExact(nodes, perNode);
    if (shards > subjects.size()) {
      throw refusal(
          shards + " shards of " + subjects.size() + " examples",
          "no more shards than examples",
          "Use fewer nodes or shards.");
    }
    int[] byLabel = sortedByLabel();
    int[] dealt = shuffled(positions(shards));
    int[] nodeOfShard = new int[shards];
    for (int i = 0; i < shards; i++) {
      nodeOfShard[dealt[i]] = i / perNode;
    }
    int[] owners = new int[byLabel.length];
    deal(byLabel, shards, (shard, example) -> owners[example] = nodeOfShard[shard]);
    return owners;
  }

  private int[] sortedByLabel() {
    int[] sorted = new int[subjects.size()];
    int next = 0;
    for (int label = 0; label < subjects.names().size(); label++) {
      for (int member : members(label)) {
        sorted[next++] = member;
      }
    }
    return sorted;
  }

  /**
   * Node i has label i mod K and others drawn until it has enough different ones; the examples of a
   * label are divided evenly among those who have it. Labels that nobody has are left out.
   */
  private int[] classes(int perNode) {
    int count = subjects.names().size();
    if (perNode > count) {
      throw refusal(
          perNode + " labels a node", "at most the " + count + " that occur", "Choose fewer.");
    }
    List<List<Integer>> owning = new ArrayList<>();
    for (int label = 0; label < count; label++) {
      owning.add(new ArrayList<>());
    }
    for (int node = 0; node < nodes; node++) {
      for (int label : labelsOf(node, perNode, count)) {
        owning.get(label).add(node);
      }
    }
    int[] owners = new int[subjects.size()];
    Arrays.fill(owners, Partition.NOBODY);
    for (int label = 0; label < count; label++) {
      List<Integer> having = owning.get(label);
      int[] examples = shuffled(members(label));
      if (!having.isEmpty()) {
        deal(examples, having.size(), (part, example) -> owners[example] = having.get(part));
      }
    }
    return owners;
  }

  private List<Integer> labelsOf(int node, int perNode, int count) {
    List<Integer> labels = new ArrayList<>(List.of(node % count));
    while (labels.size() < perNode) {
      int label = random.nextInt(count);
      if (!labels.contains(label)) {
        labels.add(label);
      }
    }
    return labels;
  }

  /** One node a value; where there are fewer nodes the values are dealt out in a drawn order. */
  private int[] column() {
    if (subjects.groups().size() != subjects.size()) {
      throw refusal("no such column", "a column of the file", "Name one.");
    }
    NavigableMap<String, Integer> places = new TreeMap<>();
    subjects.groups().forEach(value -> places.put(value, 0));
    if (nodes > places.size()) {
      throw refusal(
          places.size() + " values for " + nodes + " nodes",
          "at least as many values as nodes",
          "Use fewer nodes.");
    }
    int[] order = nodes == places.size() ? positions(nodes) : shuffled(positions(places.size()));
    int next = 0;
    for (String value : List.copyOf(places.keySet())) {
      places.put(value, order[next++] % nodes);
    }
    return subjects.groups().stream().mapToInt(places::get).toArray();
  }

  private int[] members(int label) {
    int[] labels = subjects.labels();
    int[] members = new int[labels.length];
    int count = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == label) {
        members[count++] = i;
      }
    }
    return Arrays.copyOf(members, count);
  }

  private static int[] positions(int count) {
    int[] positions = new int[count];
    for (int i = 0; i < count; i++) {
      positions[i] = i;
    }
    return positions;
  }

  /** Fisher and Yates, drawing from the partition's stream only. */
  private int[] shuffled(int[] list) {
    for (int i = list.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = list[i];
      list[i] = list[other];
      list[other] = swapped;
    }
    return list;
  }

  /** Takes an example of a part. */
  @FunctionalInterface
  private interface Taker {
    void take(int part, int example);
  }

  /** Cuts a list into parts of equal size; the first ones take the remainder, one each. */
  private static void deal(int[] list, int parts, Taker taker) {
    int from = 0;
    for (int part = 0; part < parts; part++) {
      int to = from + list.length / parts + (part < list.length % parts ? 1 : 0);
      for (int i = from; i < to; i++) {
        taker.take(part, list[i]);
      }
      from = to;
    }
  }

  private FederationException refusal(String found, String rule, String remedy) {
    return FederationException.of(
        ErrorKind.INVALID_CONFIG, "partition " + scheme.token(), found, rule, remedy);
  }
}
