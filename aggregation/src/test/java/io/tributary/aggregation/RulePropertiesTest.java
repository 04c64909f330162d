package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.rule.Bulyan;
import io.tributary.aggregation.rule.CappedMean;
import io.tributary.aggregation.rule.CentredClipping;
import io.tributary.aggregation.rule.FedNova;
import io.tributary.aggregation.rule.GeometricMedian;
import io.tributary.aggregation.rule.Krum;
import io.tributary.aggregation.rule.Median;
import io.tributary.aggregation.rule.NormClipping;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.TrimmedMean;
import io.tributary.aggregation.rule.UniformMean;
import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every rule, or for every robust one, whatever the updates. */
class RulePropertiesTest {
  private static final int NODES = 11;
  private static final int BYZANTINE = 2;
  private static final Layout LAYOUT =
      layout(tensor("a", DType.F64, 5001), tensor("b", DType.F64, 4096), tensor("c", DType.F64));
  private static final ExecutorService POOL = Executors.newFixedThreadPool(3);

  /** A rule whose failure names it. */
  record Named(Rule rule) {
    @Override
    public String toString() {
      return rule.name();
    }
  }

  @AfterAll
  static void stopPool() {
    POOL.shutdown();
  }

  static Stream<Named> all() {
    return Stream.concat(
        Stream.of(
                new WeightedMean(), new UniformMean(), new CappedMean(0.2), new FedNova(0.9, true))
            .map(Named::new),
        robust());
  }

  static Stream<Named> robust() {
    return Stream.of(
            new Median(),
            new TrimmedMean(0.2),
            Krum.one(BYZANTINE),
            Krum.many(BYZANTINE, Optional.empty()),
            Krum.many(BYZANTINE, Optional.of(3)),
            new Bulyan(BYZANTINE),
            new GeometricMedian(20, 1e-6),
            new NormClipping(Optional.empty()),
            new CentredClipping(Optional.empty(), 3))
        .map(Named::new);
  }

  private static double[] honest(int node) {
    var random = new SplittableRandom(node);
    double[] update = new double[values(LAYOUT, file(LAYOUT, () -> 0)).length];
    Arrays.setAll(update, i -> 1 + 0.5 * (random.nextDouble() - 0.5) + i % 7);
    return update;
  }

  private static List<SpooledUpdate> updates(int hostile, DoubleUnaryOperator change) {
    List<SpooledUpdate> updates = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      double[] values = honest(i);
      if (i < hostile) {
        values = Arrays.stream(values).map(change).toArray();
      }
      updates.add(update("n" + i, 10 + i, 3 + i % 4, file(LAYOUT, values)));
    }
    return updates;
  }

  private static byte[] run(Rule rule, List<SpooledUpdate> updates, Execution execution)
      throws IOException {
    byte[] zeros = file(LAYOUT, () -> 0);
    return Orders.run(Orders.order(rule, LAYOUT, zeros, updates, execution)).file();
  }

  private static double[] step(Rule rule, List<SpooledUpdate> updates) throws IOException {
    return values(LAYOUT, run(rule, updates, Execution.inCallingThread()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void run_anyArrivalBlockAndThreads_givesTheSameBytes(Named named) throws IOException {
    List<SpooledUpdate> updates = updates(1, value -> -value);
    byte[] first = run(named.rule(), updates, Execution.inCallingThread());
    var shuffle = new Random(5);
    for (int blockBytes : List.of(1 << 10, 100_000, 1 << 20)) {
      for (int threads : List.of(1, 3)) {
        Collections.shuffle(updates, shuffle);
        assertArrayEquals(
            first, run(named.rule(), updates, new Execution(blockBytes, threads, POOL)));
      }
    }
  }

  /** A power of two changes no digit, so the scaled updates give the scaled step bit for bit. */
  @ParameterizedTest
  @MethodSource("all")
  void run_scaledUpdates_scaleTheStep(Named named) throws IOException {
    double[] step = step(named.rule(), updates(0, value -> value));
    double[] scaled = step(named.rule(), updates(NODES, value -> 16 * value));
    assertArrayEquals(Arrays.stream(step).map(value -> 16 * value).toArray(), scaled);
  }

  @ParameterizedTest
  @MethodSource("all")
  void run_updatesThatAgree_areTheStep(Named named) throws IOException {
    boolean ofSteps = named.rule() instanceof FedNova; // other steps, other amounts of them
    List<SpooledUpdate> same =
        IntStream.range(0, NODES)
            .mapToObj(i -> update("n" + i, 1 + i, ofSteps ? 4 : i, file(LAYOUT, honest(3))))
            .toList();
    assertArrayEquals(honest(3), step(named.rule(), same), 1e-12);
  }

  /** Sums of several granules are added up once. */
  @Test
  void run_updateClippedToANorm_hasIt() throws IOException {
    List<SpooledUpdate> one = List.of(update("a", 3, file(LAYOUT, honest(1))));
    double sum = 0;
    for (double value : step(new NormClipping(Optional.of(2.0)), one)) {
      sum += value * value;
    }
    assertEquals(2, Math.sqrt(sum), 1e-12);
  }

  /** Two of eleven send what they want: the step stays near what the nine honest ones say. */
  @ParameterizedTest
  @MethodSource("robust")
  void run_hostileUpdates_stayWithinTheBound(Named named) throws IOException {
    boolean clips = named.rule() instanceof NormClipping || named.rule() instanceof CentredClipping;
    for (DoubleUnaryOperator attack :
        List.<DoubleUnaryOperator>of(value -> 1e9, value -> -1e6 * value, value -> -value)) {
      double[] step = step(named.rule(), updates(BYZANTINE, attack));
      double away = 0;
      double honest = 0;
      for (int i = 0; i < step.length; i++) {
        double middle = 1 + i % 7; // all honest values lie within a quarter of it
        away += (step[i] - middle) * (step[i] - middle);
        honest += middle * middle;
      }
      // clipping bounds what two of eleven add by their share; the others ignore them
      double bound = clips ? 0.6 * Math.sqrt(honest) : Math.sqrt(step.length) * 0.25;
      assertTrue(Math.sqrt(away) <= bound, named + " is away by " + Math.sqrt(away));
    }
  }

  /** The mean has no such bound: the property above can fail. */
  @ParameterizedTest
  @MethodSource("all")
  void run_hostileUpdate_movesMeansAnywhere(Named named) throws IOException {
    boolean mean = named.rule().needs().separateUpdates();
    double[] step = step(named.rule(), updates(1, value -> 1e9));
    assertEquals(mean, Math.abs(step[0]) < 1e6, named.toString());
  }
}
