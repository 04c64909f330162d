package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.optimizer.TestOptimizers;
import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.ServerOptimizerName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Server optimizers over five rounds against float64 values that NumPy computed: model and state,
 * each round from the files that the round before wrote.
 */
class GoldenServerOptimizersTest {
  private static final Golden GOLDEN = Golden.of("server-optimizers");
  private static final Layout MODEL = layout(tensor("x", DType.F64, 20));
  private static final int ROUNDS = 5;

  static Stream<String> cases() {
    return Stream.of("fedadam", "fedyogi", "fedadagrad")
        .flatMap(name -> Stream.of(name + ".tau2", name + ".zero"));
  }

  private static ServerOptimizer adaptive(String golden) {
    String word = golden.substring(0, golden.indexOf('.'));
    ServerOptimizerName name =
        Stream.of(ServerOptimizerName.values())
            .filter(one -> one.token().equals(word))
            .findFirst()
            .orElseThrow();
    double beta2 =
        name == ServerOptimizerName.FEDADAGRAD ? 0 : GOLDEN.number("parameters", golden, "b2");
    return TestOptimizers.adaptive(
        name,
        GOLDEN.number("parameters", golden, "eta"),
        GOLDEN.number("parameters", golden, "b1"),
        beta2,
        GOLDEN.number("parameters", golden, "tau"),
        GOLDEN.number("parameters", golden, "v0"));
  }

  /** All files of a round, by name. */
  private static Map<String, byte[]> round(
      ServerOptimizer optimizer, byte[] old, SortedMap<String, ByteSource> state, double[] delta)
      throws IOException {
    var order =
        new AggregationOrder(
            new WeightedMean(),
            optimizer,
            Orders.BY_EXAMPLES,
            new TreeMap<>(Map.of("delta", GroupSpec.delta(MODEL))),
            new TreeMap<>(Map.of("delta", ByteSource.of(old))),
            List.of(update("a", 1, file(MODEL, delta))),
            state,
            new TreeMap<>(),
            Execution.inCallingThread());
    Map<String, ByteArrayOutputStream> files = new TreeMap<>();
    Map<String, ByteSink> sinks = new TreeMap<>();
    for (String output : order.outputs()) {
      files.put(output, new ByteArrayOutputStream());
      sinks.put(output, ByteSink.of(Channels.newChannel(requireNonNull(files.get(output)))));
    }
    AggregationResult result = Aggregation.run(order, sinks);
    Map<String, byte[]> written = new TreeMap<>();
    result
        .files()
        .keySet()
        .forEach(name -> written.put(name, requireNonNull(files.get(name)).toByteArray()));
    return written;
  }

  /** The golden name of a file of the aggregation. */
  private static String goldenName(String file) {
    return switch (file) {
      case "delta" -> "x";
      case "delta/first-moment" -> "m";
      default -> "v";
    };
  }

  private static void assertRounds(ServerOptimizer optimizer, String golden) throws IOException {
    byte[] model = file(MODEL, GOLDEN.doubles("start"));
    SortedMap<String, ByteSource> state = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, byte[]> written = round(optimizer, model, state, GOLDEN.row("deltas", round));
      state.clear();
      for (Map.Entry<String, byte[]> file : written.entrySet()) {
        String tensor = golden + "." + goldenName(file.getKey());
        GOLDEN.assertClose(
            tensor + ", round " + (round + 1),
            GOLDEN.row(tensor, round),
            values(MODEL, file.getValue()));
        if (!file.getKey().equals("delta")) {
          state.put(file.getKey(), ByteSource.of(file.getValue()));
        }
      }
      model = requireNonNull(written.get("delta"));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void run_adaptive_followsTheRounds(String golden) throws IOException {
    assertRounds(adaptive(golden), golden);
  }

  @Test
  void run_momentum_followsTheRounds() throws IOException {
    assertRounds(
        TestOptimizers.momentum(
            GOLDEN.number("parameters", "fedavgm", "eta"),
            GOLDEN.number("parameters", "fedavgm", "beta")),
        "fedavgm");
  }

  /** Options of a plan go where they belong, and v starts at the square of epsilon. */
  @ParameterizedTest
  @ValueSource(strings = {"fedadam", "fedyogi", "fedadagrad"})
  void run_optimizerOfAPlan_followsTheRounds(String name) throws IOException {
    String form = "{\"name\":\"" + name + "\",\"learning-rate\":0.03,\"epsilon\":0.001}";
    var plan = TestPlans.of("{\"server-optimizer\":" + form + "}").federation();
    assertRounds(ServerOptimizer.of(plan.serverOptimizer()), name + ".tau2");
  }

  @Test
  void run_momentumOfAPlan_followsTheRounds() throws IOException {
    var plan = TestPlans.of("{\"server-optimizer\":\"fedavgm\"}").federation();
    assertRounds(ServerOptimizer.of(plan.serverOptimizer()), "fedavgm");
  }
}
