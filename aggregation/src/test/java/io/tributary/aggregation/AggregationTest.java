package io.tributary.aggregation;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.Failures.assertSentence;
import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.optimizer.StepBlock;
import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.rule.Weighting;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.NodeWeights;
import io.tributary.federation.plan.ServerOptimizerName;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AggregationTest {
  private static final Layout TWO = layout(tensor("w", DType.F32, 2));
  private static final byte[] ZERO = file(TWO, 0, 0);

  @Test
  void run_twoNodes_movesByTheWeightedMean() throws IOException {
    Orders.Outcome outcome =
        Orders.run(
            Orders.mean(
                TWO,
                file(TWO, 10, -1),
                update("b", 3, file(TWO, 4, 0)),
                update("a", 1, file(TWO, 8, 2))));
    assertArrayEquals(new double[] {15, -0.5}, values(TWO, outcome.file()));
    assertEquals(
        List.of(
            new Contribution(new NodeName("a"), 1, 1), new Contribution(new NodeName("b"), 3, 3)),
        outcome.result().contributions());
    assertEquals(
        new CandidateFile(Digest.of(outcome.file()), outcome.file().length, List.of()),
        outcome.result().file("delta"));
    assertEquals(Optional.empty(), outcome.result().divergence());
    ByteSource written = ByteSource.of(outcome.file());
    assertTrue(Safetensors.read(written).canonical());
    assertRefused(ErrorKind.NOT_FOUND, "other", () -> outcome.result().file("other"));
  }

  @Test
  void run_sum_isRoundedOnceAtTheEnd() throws IOException {
    // 1 + 2^-24 is a tie that float32 rounds to 1; with 2^-50 more it goes up, if nothing was
    // rounded before
    Layout one = layout(tensor("w", DType.F32));
    double tie = Math.scalb(1.0, -24);
    byte[] up =
        Orders.run(
                Orders.mean(
                    one,
                    file(one, 1),
                    update("a", 1, file(one, 2 * tie)),
                    update("b", 1, file(one, Math.scalb(1.0, -49)))))
            .file();
    assertArrayEquals(new double[] {1 + 2 * tie}, values(one, up));
    byte[] even =
        Orders.run(
                Orders.mean(
                    one,
                    file(one, 1),
                    update("a", 1, file(one, 2 * tie)),
                    update("b", 1, file(one, 0))))
            .file();
    assertArrayEquals(new double[] {1}, values(one, even));
  }

  @Test
  void run_float64Tensors_stayFloat64() throws IOException {
    Layout mixed = layout(tensor("a", DType.F32), tensor("b", DType.F64));
    byte[] out =
        Orders.run(
                Orders.mean(
                    mixed,
                    file(mixed, 0, 0.25),
                    update("a", 2, file(mixed, 0.1, 0.1)),
                    update("b", 2, file(mixed, 0.1, 0.3))))
            .file();
    assertArrayEquals(new double[] {0.1f, 0.25 + (2 * 0.1 + 2 * 0.3) / 4}, values(mixed, out));
  }

  @Test
  void run_uniformAndCappedWeights_areUsed() throws IOException {
    SpooledUpdate small = update("a", 1, file(TWO, 0, 0));
    SpooledUpdate large = update("b", 9, file(TWO, 12, 24));
    for (Weighting weighting :
        List.of(
            new Weighting(NodeWeights.UNIFORM, Optional.empty()),
            new Weighting(NodeWeights.EXAMPLES, Optional.of(1L)))) {
      var order =
          new AggregationOrder(
              new WeightedMean(),
              Orders.NONE,
              weighting,
              new TreeMap<>(Map.of("delta", GroupSpec.delta(TWO))),
              new TreeMap<>(Map.of("delta", ByteSource.of(ZERO))),
              List.of(small, large),
              new TreeMap<>(),
              new TreeMap<>(),
              Execution.inCallingThread());
      assertArrayEquals(new double[] {6, 12}, values(TWO, Orders.run(order).file()));
    }
  }

  @Test
  void run_serverOptimizer_changesTheStepOfDeltasOnly() throws IOException {
    ServerOptimizer halving =
        new ServerOptimizer() {
          @Override
          public ServerOptimizerName name() {
            return ServerOptimizerName.NONE;
          }

          @Override
          public void move(StepBlock block) {
            for (int i = 0; i < block.count(); i++) {
              block.step()[i] /= 2;
            }
          }
        };
    Map<String, double[]> out = runWithStatistics(halving);
    assertArrayEquals(new double[] {101, 102}, out.get("delta"));
    assertArrayEquals(new double[] {5.5}, out.get("statistic"));
  }

  @Test
  void run_statistics_areReplacedByTheirMean() throws IOException {
    Map<String, double[]> out = runWithStatistics(Orders.NONE);
    assertArrayEquals(new double[] {102, 104}, out.get("delta"));
    assertArrayEquals(new double[] {5.5}, out.get("statistic"));
  }

  @Test
  void run_counters_keepTheLargestWithoutACast() throws IOException {
    Layout mixed =
        layout(
            tensor("bn.count", DType.I64),
            tensor("bn.mean", DType.F32, 1),
            tensor("tail.count", DType.I64, 2));
    long beyondDoubles = (1L << 53) + 1;
    var order =
        new AggregationOrder(
            new WeightedMean(),
            Orders.NONE,
            Orders.BY_EXAMPLES,
            new TreeMap<>(
                Map.of("delta", GroupSpec.delta(TWO), "statistic", GroupSpec.statistic(mixed))),
            new TreeMap<>(Map.of("delta", ByteSource.of(file(TWO, 0, 0)))),
            List.of(
                withStatistic("a", 3, file(TWO, 1, 1), mixed(mixed, 7, 2f, beyondDoubles, -5)),
                withStatistic("b", 1, file(TWO, 1, 1), mixed(mixed, 9, 6f, 3, -8))),
            new TreeMap<>(),
            new TreeMap<>(),
            Execution.inCallingThread());
    var delta = new ByteArrayOutputStream();
    var statistic = new ByteArrayOutputStream();
    Aggregation.run(
        order,
        Map.of(
            "delta", ByteSink.of(Channels.newChannel(delta)),
            "statistic", ByteSink.of(Channels.newChannel(statistic))));
    assertArrayEquals(mixed(mixed, 9, 3f, beyondDoubles, -5), statistic.toByteArray());
  }

  private static byte[] mixed(Layout layout, long count, float mean, long first, long second) {
    byte[] header = Safetensors.canonicalHeader(layout);
    return ByteBuffer.allocate(header.length + (int) layout.dataBytes())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(header)
        .putLong(count)
        .putFloat(mean)
        .putLong(first)
        .putLong(second)
        .array();
  }

  private static Map<String, double[]> runWithStatistics(ServerOptimizer optimizer)
      throws IOException {
    Layout mean = layout(tensor("running_mean", DType.F32, 1));
    var order =
        new AggregationOrder(
            new WeightedMean(),
            optimizer,
            Orders.BY_EXAMPLES,
            new TreeMap<>(
                Map.of("delta", GroupSpec.delta(TWO), "statistic", GroupSpec.statistic(mean))),
            new TreeMap<>(Map.of("delta", ByteSource.of(file(TWO, 100, 100)))),
            List.of(
                withStatistic("a", 3, file(TWO, 2, 4), file(mean, 7)),
                withStatistic("b", 1, file(TWO, 2, 4), file(mean, 1))),
            new TreeMap<>(),
            new TreeMap<>(),
            Execution.inCallingThread());
    var delta = new ByteArrayOutputStream();
    var statistic = new ByteArrayOutputStream();
    AggregationResult result =
        Aggregation.run(
            order,
            Map.of(
                "delta", ByteSink.of(Channels.newChannel(delta)),
                "statistic", ByteSink.of(Channels.newChannel(statistic))));
    assertEquals(Digest.of(statistic.toByteArray()), result.file("statistic").digest());
    assertEquals(Digest.of(delta.toByteArray()), result.file("delta").digest());
    return Map.of(
        "delta",
        values(TWO, delta.toByteArray()),
        "statistic",
        values(mean, statistic.toByteArray()));
  }

  private static SpooledUpdate withStatistic(
      String node, long examples, byte[] delta, byte[] statistic) {
    return new SpooledUpdate(
        new NodeName(node),
        examples,
        1,
        new TreeMap<>(
            Map.of("delta", ByteSource.of(delta), "statistic", ByteSource.of(statistic))));
  }

  @Test
  void run_candidateOverflowsFloat32_isReportedAndNotWritten() throws IOException {
    Layout layout = layout(tensor("a", DType.F32, 5000), tensor("b", DType.F32, 5000));
    int[] next = {0};
    byte[] large = file(layout, () -> next[0]++ == 7000 ? -3e38 : 1);
    Orders.Outcome outcome =
        Orders.run(
            Orders.order(
                new WeightedMean(),
                layout,
                large,
                List.of(update("a", 1, large)),
                new Execution(1 << 10, 1, Runnable::run)));
    Divergence divergence = outcome.result().divergence().orElseThrow();
    assertEquals(new Divergence("delta", "b", Double.NEGATIVE_INFINITY), divergence);
    assertSentence(divergence.sentence());
    assertRefused(ErrorKind.REFUSED, "tensor \"b\": -Inf", () -> outcome.result().file("delta"));
    assertEquals(List.of(), outcome.result().contributions());
    int header = Safetensors.canonicalHeader(layout).length;
    assertEquals(header + 4 * 4096, outcome.file().length, "stops before the bad block");
  }

  @Test
  void run_updateWithNaN_isReported() throws IOException {
    Orders.Outcome outcome =
        Orders.run(Orders.mean(TWO, ZERO, update("a", 1, file(TWO, 1, Double.NaN))));
    assertEquals(Double.NaN, outcome.result().divergence().orElseThrow().value());
  }

  @Test
  void run_emptyLayouts_giveTheHeaderAlone() throws IOException {
    for (Layout empty : List.of(Layout.of(List.of()), layout(tensor("e", DType.F32, 0, 3)))) {
      byte[] header = Safetensors.canonicalHeader(empty);
      Orders.Outcome outcome = Orders.run(Orders.mean(empty, header, update("a", 1, header)));
      assertArrayEquals(header, outcome.file());
    }
  }

  @Test
  void run_updateNotCanonical_isCorrupt() {
    byte[] cut = Arrays.copyOf(ZERO, ZERO.length - 1);
    byte[] longer = Arrays.copyOf(ZERO, ZERO.length + 1);
    byte[] other = file(layout(tensor("v", DType.F32, 2)), 0, 0);
    for (byte[] bad : List.of(cut, longer, other)) {
      AggregationOrder order = Orders.mean(TWO, ZERO, update("a", 1, ZERO), update("b", 1, bad));
      assertRefused(ErrorKind.CORRUPT, "update of b, group delta", () -> Orders.run(order));
      AggregationOrder checkpoint = Orders.mean(TWO, bad, update("a", 1, ZERO));
      assertRefused(ErrorKind.CORRUPT, "checkpoint, group delta", () -> Orders.run(checkpoint));
    }
  }

  @Test
  void run_sourceFails_throwsItsException() {
    ByteSource failing = failingAfterHeader();
    AggregationOrder order =
        Orders.mean(
            TWO,
            ZERO,
            new SpooledUpdate(new NodeName("a"), 1, 1, new TreeMap<>(Map.of("delta", failing))));
    IOException failure = assertThrows(EOFException.class, () -> Orders.run(order));
    assertEquals("gone", failure.getMessage());
  }

  private static ByteSource failingAfterHeader() {
    return new ByteSource() {
      @Override
      public long size() {
        return ZERO.length;
      }

      @Override
      public void read(long position, ByteBuffer into) throws IOException {
        if (position > 0) {
          throw new EOFException("gone");
        }
        ByteSource.of(ZERO).read(position, into);
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void run_sinkFails_throwsItsException() {
    AggregationOrder order = Orders.mean(TWO, ZERO, update("a", 1, ZERO));
    ByteSink full =
        bytes -> {
          throw new IOException("disk full");
        };
    assertThrows(IOException.class, () -> Aggregation.run(order, full));
  }

  @Test
  void run_sinksForOtherGroups_isRefused() {
    AggregationOrder order = Orders.mean(TWO, ZERO, update("a", 1, ZERO));
    assertRefused(ErrorKind.INVALID_ARGUMENT, "candidates", () -> Aggregation.run(order, Map.of()));
  }

  @Test
  void order_repeatedNode_isRefused() {
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "two of a",
        () -> Orders.mean(TWO, ZERO, update("a", 1, ZERO), update("a", 1, ZERO)));
  }

  @Test
  void order_noUpdates_isRefused() {
    assertRefused(ErrorKind.INVALID_ARGUMENT, "updates: 0", () -> Orders.mean(TWO, ZERO));
  }

  @Test
  void order_updateOfOtherGroups_isRefused() {
    var other = new SpooledUpdate(new NodeName("a"), 1, 1, new TreeMap<>());
    assertRefused(ErrorKind.INVALID_ARGUMENT, "update of a", () -> Orders.mean(TWO, ZERO, other));
  }

  @Test
  void order_checkpointOfOtherGroups_isRefused() {
    for (TreeMap<String, ByteSource> checkpoint :
        List.of(
            new TreeMap<String, ByteSource>(),
            new TreeMap<>(Map.of("statistic", ByteSource.of(ZERO))))) {
      assertRefused(
          ErrorKind.INVALID_ARGUMENT,
          "checkpoint",
          () ->
              new AggregationOrder(
                  new WeightedMean(),
                  Orders.NONE,
                  Orders.BY_EXAMPLES,
                  new TreeMap<>(Map.of("delta", GroupSpec.delta(TWO))),
                  checkpoint,
                  List.of(update("a", 1, ZERO)),
                  new TreeMap<>(),
                  new TreeMap<>(),
                  Execution.inCallingThread()));
    }
  }

  @Test
  void run_oneSinkForSeveralGroups_isRefused() {
    Layout mean = layout(tensor("m", DType.F32, 1));
    var order =
        new AggregationOrder(
            new WeightedMean(),
            Orders.NONE,
            Orders.BY_EXAMPLES,
            new TreeMap<>(
                Map.of("delta", GroupSpec.delta(TWO), "statistic", GroupSpec.statistic(mean))),
            new TreeMap<>(Map.of("delta", ByteSource.of(ZERO))),
            List.of(withStatistic("a", 1, ZERO, file(mean, 1))),
            new TreeMap<>(),
            new TreeMap<>(),
            Execution.inCallingThread());
    assertRefused(ErrorKind.INVALID_ARGUMENT, "one sink", () -> Aggregation.run(order, b -> {}));
  }

  @Test
  void ofDelta_takesRuleWeightsAndCapFromThePlan() throws IOException {
    var plan = TestPlans.of("{\"gate\":{\"max-examples\":2}}");
    AggregationOrder order =
        AggregationOrder.ofDelta(
            plan,
            TWO,
            ByteSource.of(ZERO),
            List.of(update("a", 1, file(TWO, 3, 0)), update("b", 50, file(TWO, 0, 3))),
            Execution.inCallingThread());
    assertArrayEquals(new double[] {1, 2}, values(TWO, Orders.run(order).file()));
    assertEquals("weighted-mean", order.rule().name());
    assertEquals(ServerOptimizerName.NONE, order.optimizer().name());
  }

  @Test
  void execution_absurdMeans_areRefused() {
    Execution least = new Execution(1 << 10, 1, Runnable::run);
    Execution most = new Execution(1 << 30, 1024, Runnable::run);
    assertEquals(3, least.slots());
    assertEquals(1024, most.threads());
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "blockBytes", () -> new Execution(1023, 1, Runnable::run));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "blockBytes",
        () -> new Execution((1 << 30) + 1, 1, Runnable::run));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "threads", () -> new Execution(1 << 10, 0, Runnable::run));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "threads", () -> new Execution(1 << 10, 1025, Runnable::run));
  }
}
