package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.random;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.NodeName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The same updates give the same bytes, whatever their arrival, the blocks and the threads. */
class AggregationInvarianceTest {
  private static final int PERMUTATIONS = 50;
  private static final List<Integer> BLOCK_BYTES = List.of(1 << 10, 70_000, 1 << 18);
  private static final List<Integer> THREADS = List.of(1, 2, 4);
  private static final String[] NODES = {"site-a", "site-b", "site-c", "site-10", "site-9", "b"};
  private static final ExecutorService POOL = Executors.newFixedThreadPool(4);

  @AfterAll
  static void stopPool() {
    POOL.shutdown();
  }

  static Stream<Layout> layouts() {
    return Stream.of(
        layout(tensor("odd", DType.F32, 12_289), tensor("one", DType.F32, 1)),
        layout(
            tensor("empty", DType.F32, 0, 5),
            tensor("matrix", DType.F32, 77, 131),
            tensor("scalar", DType.F32)),
        layout(
            tensor("a", DType.F32, 4097),
            tensor("b", DType.F64, 8191),
            tensor("c", DType.F32, 3),
            tensor("empty", DType.F64, 0),
            tensor("scalar", DType.F64)),
        layout(tensor("scalar", DType.F32)));
  }

  private static List<SpooledUpdate> updates(Layout layout) {
    List<SpooledUpdate> updates = new ArrayList<>();
    for (int i = 0; i < NODES.length; i++) {
      updates.add(update(NODES[i], 3L * i + 1, random(layout, i)));
    }
    return updates;
  }

  /** Algorithm 1 as it is written, element by element, in the order of node names. */
  private static double[] expected(Layout layout, byte[] old) {
    Map<String, Integer> sorted = new TreeMap<>();
    for (int i = 0; i < NODES.length; i++) {
      sorted.put(NODES[i], i);
    }
    double[] result = values(layout, old);
    double[] sums = new double[result.length];
    double total = 0;
    for (int i : sorted.values()) {
      double[] delta = values(layout, random(layout, i));
      for (int j = 0; j < sums.length; j++) {
        sums[j] += (3L * i + 1) * delta[j];
      }
      total += 3L * i + 1;
    }
    for (int j = 0; j < sums.length; j++) {
      result[j] += sums[j] / total;
    }
    return result;
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void run_anyArrivalBlockAndThreads_givesTheSameBytes(Layout layout) throws IOException {
    byte[] old = random(layout, 99);
    List<SpooledUpdate> arrived = updates(layout);
    Orders.Outcome first =
        Orders.run(
            Orders.order(new WeightedMean(), layout, old, arrived, Execution.inCallingThread()));
    assertIsRounded(layout, expected(layout, old), first.file());
    var shuffle = new Random(7);
    for (int i = 0; i < PERMUTATIONS; i++) {
      Collections.shuffle(arrived, shuffle);
      for (int blockBytes : BLOCK_BYTES) {
        for (int threads : THREADS) {
          var execution = new Execution(blockBytes, threads, POOL);
          Orders.Outcome outcome =
              Orders.run(Orders.order(new WeightedMean(), layout, old, arrived, execution));
          assertArrayEquals(first.file(), outcome.file());
          assertEquals(first.result(), outcome.result());
        }
      }
    }
  }

  /** Denormals, zeros of both signs, the ends of float32, and weights up to the largest count. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 9, 16})
  void run_hardValuesAndLargeWeights_giveTheSameBytes(int nodes) throws IOException {
    Layout layout = layout(tensor("a", DType.F32, 9_001), tensor("empty", DType.F32, 0));
    double[] hard = {0, -0.0, Float.MIN_VALUE, Float.MIN_NORMAL / 2, 1e38, -1e38, 1, 1e-20};
    List<SpooledUpdate> updates = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      var random = new Random(i);
      byte[] delta = SampleFiles.file(layout, () -> hard[random.nextInt(hard.length)]);
      updates.add(update("n" + i, i % 3 == 0 ? Long.MAX_VALUE : i, delta));
    }
    byte[] old = SampleFiles.file(layout, () -> Float.MIN_VALUE);
    byte[] first =
        Orders.run(
                Orders.order(new WeightedMean(), layout, old, updates, Execution.inCallingThread()))
            .file();
    Collections.reverse(updates);
    for (int blockBytes : BLOCK_BYTES) {
      for (int threads : THREADS) {
        var execution = new Execution(blockBytes, threads, POOL);
        assertArrayEquals(
            first,
            Orders.run(Orders.order(new WeightedMean(), layout, old, updates, execution)).file());
      }
    }
  }

  private static void assertIsRounded(Layout layout, double[] expected, byte[] file) {
    double[] rounded = values(layout, SampleFiles.file(layout, expected));
    assertArrayEquals(rounded, values(layout, file));
  }

  @Test
  void run_reads_neverExceedABlock() throws IOException {
    Layout layout = layout(tensor("w", DType.F32, 100_000));
    var largest = new AtomicInteger();
    byte[] delta = random(layout, 3);
    ByteSource watched =
        new ByteSource() {
          @Override
          public long size() {
            return delta.length;
          }

          @Override
          public void read(long position, ByteBuffer into) throws IOException {
            largest.accumulateAndGet(into.remaining(), Math::max);
            ByteSource.of(delta).read(position, into);
          }

          @Override
          public void close() {}
        };
    List<SpooledUpdate> updates = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      updates.add(
          new SpooledUpdate(new NodeName("n" + i), 1, 1, new TreeMap<>(Map.of("delta", watched))));
    }
    Orders.run(
        Orders.order(new WeightedMean(), layout, delta, updates, new Execution(1 << 17, 2, POOL)));
    assertEquals(1 << 16, largest.get());
    assertTrue(delta.length > 5 * largest.get());
  }
}
