package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.values;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.rule.Weighting;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.NodeWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The coordinator's part of SCAFFOLD against the golden run of five quadratic clients. */
class GoldenScaffoldTest {
  private static final int SIZE = 12;
  private static final int CLIENTS = 5;
  private static final int ROUNDS = 3;
  private static final int STEPS = 4;
  private static final double RATE = 0.05;
  private static final Layout MODEL = layout(tensor("x", DType.F64, SIZE));

  private final ByteSource golden;
  private final SafetensorsHeader header;

  GoldenScaffoldTest() throws IOException {
    try (var in =
        GoldenScaffoldTest.class.getResourceAsStream("/golden/fednova-scaffold/case.safetensors")) {
      golden = ByteSource.of(in.readAllBytes());
    }
    header = Safetensors.read(golden);
  }

  private ByteBuffer bytes(String name) throws IOException {
    int size = (int) header.layout().find(name).orElseThrow().bytes();
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    golden.read(header.position(name), bytes);
    return bytes.flip();
  }

  private double[] row(String name, int row) throws IOException {
    double[] all = new double[bytes(name).remaining() / Double.BYTES];
    bytes(name).asDoubleBuffer().get(all);
    return Arrays.copyOfRange(all, SIZE * row, SIZE * (row + 1));
  }

  private int[] picked(int round) throws IOException {
    long[] all = new long[bytes("scaffold.picked").remaining() / Long.BYTES];
    bytes("scaffold.picked").asLongBuffer().get(all);
    int each = all.length / ROUNDS;
    return Arrays.stream(all, each * round, each * (round + 1)).mapToInt(i -> (int) i).toArray();
  }

  /** A client's local run, in float64. */
  private double[] trained(double[] x, double[] c, double[] ci, int client) throws IOException {
    double[] h = row("h", client);
    double[] o = row("o", client);
    double[] y = x.clone();
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < SIZE; i++) {
        y[i] -= RATE * (h[i] * (y[i] - o[i]) + c[i] - ci[i]);
      }
    }
    return y;
  }

  private static SpooledUpdate update(int client, double[] delta, double[] control) {
    return new SpooledUpdate(
        new NodeName("client-" + client),
        10 + client,
        STEPS,
        new TreeMap<>(
            Map.of(
                "delta", ByteSource.of(file(MODEL, delta)),
                "control", ByteSource.of(file(MODEL, control)))));
  }

  private static AggregationOrder order(
      double[] x, Optional<double[]> c, List<SpooledUpdate> updates, int nodes) {
    var checkpoint = new TreeMap<>(Map.of("delta", ByteSource.of(file(MODEL, x))));
    c.ifPresent(values -> checkpoint.put("control", ByteSource.of(file(MODEL, values))));
    return new AggregationOrder(
        new WeightedMean(),
        Orders.NONE,
        new Weighting(NodeWeights.UNIFORM, Optional.empty()),
        new TreeMap<>(Map.of("delta", GroupSpec.delta(MODEL), "control", GroupSpec.control(MODEL))),
        checkpoint,
        updates,
        new TreeMap<>(),
        new TreeMap<>(),
        Execution.inCallingThread(),
        nodes);
  }

  private static Map<String, double[]> run(AggregationOrder order) throws IOException {
    Map<String, ByteArrayOutputStream> out =
        Map.of("delta", new ByteArrayOutputStream(), "control", new ByteArrayOutputStream());
    Map<String, ByteSink> sinks = new TreeMap<>();
    out.forEach((name, stream) -> sinks.put(name, ByteSink.of(Channels.newChannel(stream))));
    Aggregation.run(order, sinks);
    Map<String, double[]> values = new TreeMap<>();
    out.forEach((name, stream) -> values.put(name, values(MODEL, stream.toByteArray())));
    return values;
  }

  private static void assertClose(double[] expected, double[] actual) {
    for (int i = 0; i < SIZE; i++) {
      assertEquals(expected[i], actual[i], 1e-12 + 1e-11 * Math.abs(expected[i]), "at " + i);
    }
  }

  @Test
  void run_threeRoundsOfThreeOfFive_areTheGoldenStates() throws IOException {
    double[] x = row("x0", 0);
    Optional<double[]> c = Optional.empty();
    double[][] ci = new double[CLIENTS][SIZE];
    for (int round = 0; round < ROUNDS; round++) {
      List<SpooledUpdate> updates = new ArrayList<>();
      double[] server = c.orElseGet(() -> new double[SIZE]);
      for (int client : picked(round)) {
        double[] y = trained(x, server, ci[client], client);
        double[] delta = new double[SIZE];
        double[] change = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
          delta[i] = y[i] - x[i];
          change[i] = -server[i] - delta[i] / (STEPS * RATE);
          ci[client][i] += change[i];
        }
        updates.add(update(client, delta, change));
      }
      Map<String, double[]> after = run(order(x, c, updates, CLIENTS));
      x = requireNonNull(after.get("delta"));
      c = Optional.of(requireNonNull(after.get("control")));
      assertClose(row("scaffold.x", round), x);
      assertClose(row("scaffold.c", round), c.get());
      for (int client = 0; client < CLIENTS; client++) {
        assertClose(row("scaffold.ci", CLIENTS * round + client), ci[client]);
      }
    }
  }

  @Test
  void order_fewerNodesThanUpdates_refused() {
    double[] zero = new double[SIZE];
    List<SpooledUpdate> two = List.of(update(0, zero, zero), update(1, zero, zero));
    var refused =
        assertThrows(FederationException.class, () -> order(zero, Optional.empty(), two, 1));
    assertEquals(
        "nodes: 1 (expected: at least the 2 of the updates). Mend the call.", refused.sentence());
  }
}
