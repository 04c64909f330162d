package io.tributary.aggregation;

import static io.tributary.aggregation.SampleFiles.file;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static io.tributary.aggregation.SampleFiles.update;
import static io.tributary.aggregation.SampleFiles.values;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.optimizer.Drift;
import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.rule.Weighting;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.NodeWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The coordinator's part of FedDyn, on nodes whose losses are quadratics. */
class FedDynTest {
  private static final int SIZE = 6;
  private static final int NODES = 5;
  private static final double ALPHA = 0.5;
  private static final Layout MODEL = layout(tensor("x", DType.F64, SIZE));

  private final double[][] h = new double[NODES][SIZE];
  private final double[][] o = new double[NODES][SIZE];
  private final double[][] g = new double[NODES][SIZE];

  FedDynTest() {
    var random = new SplittableRandom(4);
    for (int node = 0; node < NODES; node++) {
      for (int i = 0; i < SIZE; i++) {
        h[node][i] = 0.2 + random.nextDouble();
        o[node][i] = 4 * random.nextDouble() - 2;
      }
    }
  }

  /** The node's optimum of h/2 (y - o)² - g y + alpha/2 (y - x)², as a delta; moves its g. */
  private double[] step(int node, double[] x) {
    double[] delta = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      double top = h[node][i] * o[node][i] + g[node][i] + ALPHA * x[i];
      delta[i] = top / (h[node][i] + ALPHA) - x[i];
      g[node][i] -= ALPHA * delta[i];
    }
    return delta;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record State(double[] x, Optional<double[]> drift) {}

  private static State run(State before, List<SpooledUpdate> updates) throws IOException {
    var checkpoint = new TreeMap<>(Map.of("delta", ByteSource.of(file(MODEL, before.x))));
    var state = new TreeMap<String, ByteSource>();
    before.drift.ifPresent(s -> state.put("delta/drift", ByteSource.of(file(MODEL, s))));
    var order =
        new AggregationOrder(
            new WeightedMean(),
            new Drift((double) updates.size() / NODES),
            new Weighting(NodeWeights.UNIFORM, Optional.empty()),
            new TreeMap<>(Map.of("delta", GroupSpec.delta(MODEL))),
            checkpoint,
            updates,
            state,
            new TreeMap<>(),
            Execution.inCallingThread());
    var made = new TreeMap<String, ByteArrayOutputStream>();
    var sinks = new TreeMap<String, ByteSink>();
    for (String output : order.outputs()) {
      var out = new ByteArrayOutputStream();
      made.put(output, out);
      sinks.put(output, ByteSink.of(Channels.newChannel(out)));
    }
    Aggregation.run(order, sinks);
    return new State(
        values(MODEL, requireNonNull(made.get("delta")).toByteArray()),
        Optional.of(values(MODEL, requireNonNull(made.get("delta/drift")).toByteArray())));
  }

  /** h ← h - alpha/N Σ delta, x ← mean(y) - h/alpha, as the paper writes it. */
  @Test
  void run_someOfTheNodes_isThePapersFormula() throws IOException {
    double[] paper = new double[SIZE];
    double[] x = new double[SIZE];
    var state = new State(x, Optional.empty());
    for (int round = 0; round < 4; round++) {
      List<SpooledUpdate> updates = new ArrayList<>();
      double[] mean = new double[SIZE];
      for (int node : new int[] {round % NODES, (round + 2) % NODES}) {
        double[] delta = step(node, x);
        updates.add(update("node-" + node, 3 + node, file(MODEL, delta)));
        for (int i = 0; i < SIZE; i++) {
          mean[i] += (x[i] + delta[i]) / 2;
          paper[i] -= ALPHA / NODES * delta[i];
        }
      }
      state = run(state, updates);
      for (int i = 0; i < SIZE; i++) {
        assertEquals(mean[i] - paper[i] / ALPHA, state.x[i], 1e-12);
        assertEquals(paper[i] / ALPHA, state.drift.orElseThrow()[i], 1e-12);
      }
      x = state.x;
    }
  }

  /** Where nodes differ, the mean of their optima is not that of the federation; FedDyn's is. */
  @Test
  void run_manyRounds_endsAtTheOptimumOfAllNodes() throws IOException {
    var random = new SplittableRandom(2);
    var state = new State(new double[SIZE], Optional.empty());
    for (int round = 0; round < 400; round++) {
      List<SpooledUpdate> updates = new ArrayList<>();
      int left = random.nextInt(NODES);
      for (int node = 0; node < NODES; node++) {
        if (node != left) {
          double[] delta = step(node, state.x);
          updates.add(update("node-" + node, 1 + node, file(MODEL, delta)));
        }
      }
      state = run(state, updates);
    }
    for (int i = 0; i < SIZE; i++) {
      double top = 0;
      double bottom = 0;
      for (int node = 0; node < NODES; node++) {
        top += h[node][i] * o[node][i];
        bottom += h[node][i];
      }
      assertEquals(top / bottom, state.x[i], 1e-6, "at " + i);
    }
  }
}
