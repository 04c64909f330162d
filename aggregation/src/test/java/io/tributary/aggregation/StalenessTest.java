package io.tributary.aggregation;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.values;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Buffers of updates that began from different versions, by hand. */
class StalenessTest {
  private static final Layout TWO = layout(tensor("w", DType.F32, 2));
  private static final byte[] BASE = file(TWO, 10, -1);

  private static Plan plan(String federation) {
    return Plan.parse(
        "{\"name\":\"p\",\"deterministic\":false,"
            + "\"model\":{\"base\":\"sha256:"
            + "0".repeat(64)
            + "\",\"labels\":[\"a\",\"b\"]},\"federation\":{"
            + federation
            + "}}");
  }

  private static SpooledUpdate update(String node, long examples, int age, double... delta) {
    return new SpooledUpdate(
        new NodeName(node),
        examples,
        1,
        age,
        new TreeMap<>(Map.of("delta", ByteSource.of(file(TWO, delta)))));
  }

  private static AggregationOrder order(String federation, SpooledUpdate... updates) {
    return AggregationOrder.ofDelta(
        plan(federation), TWO, ByteSource.of(BASE), List.of(updates), Execution.inCallingThread());
  }

  private static double[] moved(String federation, SpooledUpdate... updates) throws IOException {
    return values(TWO, Orders.run(order(federation, updates)).file());
  }

  @Test
  void olderUpdate_countsLess_andTheSumIsNotStretchedAgain() throws IOException {
    // (1 · 1/sqrt(1 + 3) · (8, 2) + 3 · 1 · (4, 0)) / (1 + 3) = (4, 0.25)
    SpooledUpdate old = update("a", 1, 3, 8, 2);
    SpooledUpdate fresh = update("b", 3, 0, 4, 0);
    Orders.Outcome outcome = Orders.run(order("\"mode\":\"async\"", fresh, old));
    assertArrayEquals(new double[] {14, -0.75}, values(TWO, outcome.file()));
    assertEquals(
        List.of(
            new Contribution(new NodeName("a"), 1, 0.5), new Contribution(new NodeName("b"), 3, 3)),
        outcome.result().contributions());
  }

  @Test
  void onlyOldUpdates_moveTheModelLess() throws IOException {
    assertArrayEquals(
        new double[] {12, 0},
        moved("\"mode\":\"async\"", update("a", 5, 3, 4, 2), update("b", 5, 3, 4, 2)));
  }

  @Test
  void uniformMean_countsEveryNodeTheSame_butForItsAge() throws IOException {
    // (0.5 · (8, 2) + (4, 0)) / 2 = (4, 0.5)
    assertArrayEquals(
        new double[] {14, -0.5},
        moved(
            "\"mode\":\"async\",\"rule\":\"uniform-mean\"",
            update("a", 1, 3, 8, 2),
            update("b", 3, 0, 4, 0)));
  }

  @Test
  void constant_isTheWeightedMean_bitForBit() throws IOException {
    String constant = "\"mode\":{\"name\":\"async\",\"staleness\":\"constant\"}";
    assertArrayEquals(
        moved("\"rounds\":3", update("a", 1, 0, 8, 2), update("b", 3, 0, 4, 0)),
        moved(constant, update("a", 1, 9, 8, 2), update("b", 3, 0, 4, 0)));
  }

  @Test
  void serverRate_comesBehindTheBuffer() throws IOException {
    String half =
        "\"mode\":\"async\",\"server-optimizer\":"
            + "{\"name\":\"fedavgm\",\"learning-rate\":0.5,\"momentum\":0}";
    // half of (4, 0.25)
    AggregationOrder order = order(half, update("a", 1, 3, 8, 2), update("b", 3, 0, 4, 0));
    Map<String, ByteArrayOutputStream> files = new TreeMap<>();
    order.outputs().forEach(output -> files.put(output, new ByteArrayOutputStream()));
    Map<String, ByteSink> sinks = new TreeMap<>();
    files.forEach((output, to) -> sinks.put(output, ByteSink.of(Channels.newChannel(to))));
    Aggregation.run(order, sinks);
    byte[] moved = requireNonNull(files.get("delta")).toByteArray();
    assertArrayEquals(new double[] {12, -0.875}, values(TWO, moved));
  }

  @Test
  void oneNode_mayBeThereWithUpdatesOfTwoVersions_inAnyOrder() throws IOException {
    SpooledUpdate old = update("a", 1, 3, 8, 2);
    SpooledUpdate fresh = update("a", 3, 0, 4, 0);
    double[] expected = {14, -0.75};
    assertArrayEquals(expected, moved("\"mode\":\"async\"", old, fresh));
    assertArrayEquals(expected, moved("\"mode\":\"async\"", fresh, old));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "two of a", () -> order("\"mode\":\"async\"", old, old));
  }
}
