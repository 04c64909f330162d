package io.tributary.simulations.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PartitionerTest {
  private static final int LABELS = 10;
  private static final List<String> NAMES =
      IntStream.range(0, LABELS).mapToObj(label -> "label-" + label).toList();
  private static final List<String> SCHEMES =
      List.of(
          "iid",
          "dirichlet:0.5",
          "dirichlet:5",
          "mixtures:0.5",
          "sizes:1",
          "shards:2",
          "shards:5",
          "classes:1",
          "classes:3",
          "column:writer");

  static Stream<Object[]> trials() {
    return SCHEMES.stream()
        .flatMap(scheme -> IntStream.range(0, 20).mapToObj(seed -> new Object[] {scheme, seed}));
  }

  @ParameterizedTest(name = "{0}, replay: seed={1}")
  @MethodSource("trials")
  void divide_anyScheme_everyExampleOnceAndTheSameAgain(String token, int seed) {
    RandomGenerator random = new RandomStreams(seed).stream(0, "", "trial");
    int nodes = 10 + random.nextInt(15);
    Subjects subjects = subjects(3_000 + random.nextInt(2_000), random);
    Scheme scheme = Scheme.parse(token);
    int least = token.startsWith("classes") || token.startsWith("column") ? 1 : 10;
    Partition partition = Partitioner.divide(subjects, scheme, nodes, least, seed);
    int[] times = new int[subjects.size()];
    for (int node = 0; node < nodes; node++) {
      int[] held = partition.of(node);
      assertTrue(held.length >= least, "node " + node + " has " + held.length);
      assertArrayEquals(Arrays.stream(held).sorted().toArray(), held, "in the file's order");
      for (int example : held) {
        times[example]++;
        assertEquals(node, partition.owner(example));
      }
    }
    assertTrue(Arrays.stream(times).allMatch(count -> count == 1), "every example exactly once");
    assertEquals(0, partition.leftOut());
    assertSame(partition, Partitioner.divide(subjects, scheme, nodes, least, seed));
    if (!token.startsWith("column")) {
      assertFalse(
          same(partition, Partitioner.divide(subjects, scheme, nodes, least, seed + 1_000)),
          "another seed gives another partition");
    }
  }

  @Test
  void divide_iid_sizesDifferByOneAndLabelsAreAlike() {
    Subjects subjects = subjects(10_007, random());
    Partition partition = Partitioner.divide(subjects, new Scheme.Even(), 10, 1, 5);
    int[] sizes = IntStream.range(0, 10).map(partition::size).toArray();
    assertEquals(1_001, Arrays.stream(sizes).max().orElseThrow());
    assertEquals(1_000, Arrays.stream(sizes).min().orElseThrow());
    for (long[] counts : partition.counts(subjects)) {
      // a binomial share of 1/10: 100 of 1,000, sd 9.5; six of them are passed once in 10^9
      assertTrue(Arrays.stream(counts).allMatch(count -> Math.abs(count - 100) < 60));
    }
  }

  @Test
  void divide_dirichlet_smallerBetaIsMoreUnequal() {
    Subjects subjects = subjects(20_000, random());
    assertTrue(spread(subjects, "dirichlet:0.1") > 2 * spread(subjects, "dirichlet:10"));
    assertTrue(spread(subjects, "dirichlet:10") > spread(subjects, "iid"));
  }

  @Test
  void divide_mixtures_sizesAreEqualAndSmallerBetaIsMoreUnequal() {
    Subjects subjects = subjects(20_003, random());
    Partition partition = Partitioner.divide(subjects, new Scheme.Mixtures(0.1), 10, 1, 5);
    int[] sizes = IntStream.range(0, 10).map(partition::size).toArray();
    assertEquals(2_001, Arrays.stream(sizes).max().orElseThrow());
    assertEquals(2_000, Arrays.stream(sizes).min().orElseThrow());
    assertTrue(spread(subjects, "mixtures:0.1") > 2 * spread(subjects, "mixtures:10"));
  }

  @Test
  void divide_shards_nodeHasLabelsOfItsShardsAlone() {
    // 10 labels of 200 examples each, 20 shards of 100: a shard has one label
    Subjects subjects = even(200);
    Partition partition = Partitioner.divide(subjects, new Scheme.Shards(2), 10, 1, 3);
    for (long[] counts : partition.counts(subjects)) {
      long[] held = Arrays.stream(counts).filter(count -> count > 0).toArray();
      assertTrue(held.length <= 2, Arrays.toString(counts));
      assertTrue(Arrays.stream(held).allMatch(count -> count % 100 == 0), Arrays.toString(counts));
      assertEquals(200, Arrays.stream(held).sum());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10})
  void divide_classes_eachNodeHasSoManyLabelsAndItsOwn(int perNode) {
    Subjects subjects = even(500);
    Partition partition = Partitioner.divide(subjects, new Scheme.Classes(perNode), 20, 1, 9);
    long[][] counts = partition.counts(subjects);
    for (int node = 0; node < 20; node++) {
      assertEquals(perNode, Arrays.stream(counts[node]).filter(count -> count > 0).count());
      assertTrue(counts[node][node % LABELS] > 0, "node " + node + " has its own label");
    }
    for (int label = 0; label < LABELS; label++) {
      int column = label;
      long[] shares =
          Arrays.stream(counts).mapToLong(node -> node[column]).filter(n -> n > 0).toArray();
      long most = Arrays.stream(shares).max().orElseThrow();
      assertTrue(most - Arrays.stream(shares).min().orElseThrow() <= 1, "equal shares");
    }
  }

  @Test
  void divide_classesThatNobodyHas_areLeftOutAndCounted() {
    Subjects subjects = even(100);
    Partition partition = Partitioner.divide(subjects, new Scheme.Classes(1), 4, 1, 9);
    assertEquals(600, partition.leftOut());
    assertEquals(Partition.NOBODY, partition.owner(9));
  }

  @Test
  void divide_column_rowsOfOneValueStayTogether() {
    Subjects subjects = subjects(2_000, random());
    Partition all = Partitioner.divide(subjects, new Scheme.Column("writer"), 25, 1, 1);
    Partition few = Partitioner.divide(subjects, new Scheme.Column("writer"), 7, 1, 1);
    for (int node = 0; node < 25; node++) {
      assertEquals(1, values(subjects, all.of(node)).size());
    }
    Set<String> seen = new TreeSet<>();
    for (int node = 0; node < 7; node++) {
      for (String value : values(subjects, few.of(node))) {
        assertTrue(seen.add(value), value + " lies at two nodes");
      }
    }
  }

  @Test
  void divide_whatCanNotBeDone_isRefused() {
    Subjects subjects = even(20);
    refused(subjects, "iid", 50, 10);
    refused(subjects, "classes:11", 10, 1);
    refused(subjects, "shards:50", 10, 1);
    refused(subjects, "column:writer", 10, 1);
    refused(new Subjects(new int[] {-1, -1}, List.of(), List.of()), "dirichlet:0.5", 1, 1);
    // one label at each of 9 nodes leaves one with a share of the tenth only: too few
    refused(even(1), "sizes:0.0001", 10, 1);
  }

  private static void refused(Subjects subjects, String scheme, int nodes, int least) {
    FederationException refusal =
        assertThrows(
            FederationException.class,
            () -> Partitioner.divide(subjects, Scheme.parse(scheme), nodes, least, 1));
    assertTrue(
        Set.of(ErrorKind.INVALID_CONFIG, ErrorKind.INVALID_DATA, ErrorKind.INVALID_ARGUMENT)
            .contains(refusal.kind()),
        refusal.sentence());
    assertTrue(refusal.sentence().contains("expected:"), refusal.sentence());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "iid:1",
        "dirichlet",
        "dirichlet:0",
        "dirichlet:-1",
        "dirichlet:x",
        "shards:0",
        "classes:2.5",
        "column",
        "column:",
        "other:3"
      })
  void parse_otherForms_refused(String text) {
    assertThrows(FederationException.class, () -> Scheme.parse(text));
  }

  @Test
  void parse_everyScheme_isWrittenAsItIsRead() {
    SCHEMES.forEach(token -> assertEquals(token, Scheme.parse(token).token()));
  }

  private static RandomGenerator random() {
    return new RandomStreams(4).stream(0, "", "subjects");
  }

  private static Subjects subjects(int size, RandomGenerator random) {
    int[] labels = IntStream.range(0, size).map(i -> random.nextInt(LABELS)).toArray();
    List<String> writers =
        IntStream.range(0, size)
            .mapToObj(i -> "writer-" + (i < 25 ? i : random.nextInt(25)))
            .toList();
    return new Subjects(labels, NAMES, writers);
  }

  private static Subjects even(int each) {
    return new Subjects(
        IntStream.range(0, each * LABELS).map(i -> i % LABELS).toArray(), NAMES, List.of());
  }

  private static Set<String> values(Subjects subjects, int[] examples) {
    Set<String> values = new TreeSet<>();
    Arrays.stream(examples).forEach(example -> values.add(subjects.groups().get(example)));
    return values;
  }

  /** Mean distance of a node's shares of labels from those of all. */
  private static double spread(Subjects subjects, String scheme) {
    Partition partition = Partitioner.divide(subjects, Scheme.parse(scheme), 10, 10, 2);
    double sum = 0;
    for (long[] counts : partition.counts(subjects)) {
      double all = Arrays.stream(counts).sum();
      sum += Arrays.stream(counts).mapToDouble(count -> Math.abs(count / all - 0.1)).sum();
    }
    return sum;
  }

  private static void assertSame(Partition one, Partition other) {
    assertTrue(same(one, other), "the same seed gives the same partition");
  }

  private static boolean same(Partition one, Partition other) {
    return IntStream.range(0, one.nodes())
        .allMatch(node -> Arrays.equals(one.of(node), other.of(node)));
  }
}
