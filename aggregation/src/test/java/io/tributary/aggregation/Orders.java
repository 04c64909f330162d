package io.tributary.aggregation;

import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.WeightedMean;
import io.tributary.aggregation.rule.Weighting;
import io.tributary.aggregation.store.GroupSpec;
import io.tributary.aggregation.store.SpooledUpdate;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.federation.plan.NodeWeights;
import io.tributary.federation.plan.ServerOptimizerPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Orders with one group of deltas, for tests. */
final class Orders {
  static final ServerOptimizer NONE = ServerOptimizer.of(ServerOptimizerPlan.NONE);
  static final Weighting BY_EXAMPLES = new Weighting(NodeWeights.EXAMPLES, Optional.empty());

  /** A result with what was written. */
  static final class Outcome {
    private final AggregationResult result;
    private final byte[] file;

    private Outcome(AggregationResult result, byte[] file) {
      this.result = result;
      this.file = file;
    }

    AggregationResult result() {
      return result;
    }

    byte[] file() {
      return file;
    }
  }

  private Orders() {}

  static AggregationOrder mean(Layout layout, byte[] old, SpooledUpdate... updates) {
    return order(new WeightedMean(), layout, old, List.of(updates), Execution.inCallingThread());
  }

  static AggregationOrder order(
      Rule rule, Layout layout, byte[] old, List<SpooledUpdate> updates, Execution execution) {
    return new AggregationOrder(
        rule,
        NONE,
        BY_EXAMPLES,
        new TreeMap<>(Map.of("delta", GroupSpec.delta(layout))),
        new TreeMap<>(Map.of("delta", ByteSource.of(old))),
        updates,
        new TreeMap<>(),
        new TreeMap<>(),
        execution);
  }

  static Outcome run(AggregationOrder order) throws IOException {
    var out = new ByteArrayOutputStream();
    AggregationResult result = Aggregation.run(order, ByteSink.of(Channels.newChannel(out)));
    return new Outcome(result, out.toByteArray());
  }
}
