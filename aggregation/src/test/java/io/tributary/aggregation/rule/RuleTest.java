package io.tributary.aggregation.rule;

import static io.tributary.aggregation.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.tributary.aggregation.TestPlans;
import io.tributary.aggregation.optimizer.ServerOptimizer;
import io.tributary.aggregation.optimizer.StepBlock;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.plan.NodeWeights;
import io.tributary.federation.plan.ServerOptimizerName;
import io.tributary.federation.plan.ServerOptimizerPlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RuleTest {
  private static final List<NodeName> NODES = List.of(new NodeName("a"), new NodeName("b"));

  private static final class Rows implements Columns {
    private final double[][] values;

    private Rows(double[][] values) {
      this.values = values;
    }

    @Override
    public int updates() {
      return values.length;
    }

    @Override
    public int count() {
      return values[0].length;
    }

    @Override
    public double[] row(int update) {
      return values[update];
    }
  }

  @Test
  void of_weightedMean_needsOneUpdateAndMayBeMasked() {
    Rule rule = Rules.of(TestPlans.of("{}"));
    assertInstanceOf(WeightedMean.class, rule);
    assertEquals(new RuleNeeds(1, RowAccess.ONE_BY_ONE, false), rule.needs());
    assertEquals("weighted-mean", rule.name());
    assertEquals(List.of(), rule.scans());
  }

  @Test
  void combine_twoRows_isTheWeightedMeanAndTouchesNothingElse() throws IOException {
    double[] step = {7, 7, 7};
    var rows = new Rows(new double[][] {{1, 2}, {5, -2}});
    new WeightedMean()
        .combine(RuleInput.of(NODES, List.of(1.0, 3.0), List.of(1L, 2L)))
        .combine(rows, step);
    assertArrayEquals(new double[] {4, -1, 7}, step);
  }

  @Test
  void input_keepsNodesWeightsAndScoresApart() {
    RuleInput input = RuleInput.of(NODES, List.of(1.0, 3.0), List.of(1L, 2L));
    RuleInput scored = input.with(List.of(5.0, 6.0)).with(List.of(7.0, 8.0));
    assertEquals(2, scored.updates());
    assertEquals(NODES.get(1), scored.node(1));
    assertEquals(3, scored.weight(1));
    assertEquals(2, scored.steps(1));
    assertEquals(List.of(7.0, 8.0), scored.scores(1));
    assertEquals(4, scored.totalWeight());
    assertEquals(6, scored.score(0, 1));
    assertEquals(7, scored.score(1, 0));
  }

  @Test
  void needs_noUpdates_isRefused() {
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "leastUpdates: 0",
        () -> new RuleNeeds(0, RowAccess.ALL, false));
  }

  @Test
  void weight_byExamples_isCapped() {
    var open = new Weighting(NodeWeights.EXAMPLES, Optional.empty());
    var capped = new Weighting(NodeWeights.EXAMPLES, Optional.of(10L));
    var uniform = new Weighting(NodeWeights.UNIFORM, Optional.empty());
    assertEquals(1e12, open.weight(1_000_000_000_000L));
    assertEquals(9, capped.weight(9));
    assertEquals(10, capped.weight(11));
    assertEquals(1, uniform.weight(11));
  }

  @Test
  void weighting_ofPlan_readsWeightsAndCap() {
    assertEquals(
        new Weighting(NodeWeights.UNIFORM, Optional.of(5L)),
        Weighting.of(
            TestPlans.of("{\"weights\":\"uniform\",\"gate\":{\"max-examples\":5}}").federation()));
    assertEquals(1, new Weighting(NodeWeights.EXAMPLES, Optional.of(1L)).weight(4));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "cap of weights: 0",
        () -> new Weighting(NodeWeights.EXAMPLES, Optional.of(0L)));
  }

  @Test
  void serverOptimizer_none_leavesTheStep() {
    ServerOptimizer none = ServerOptimizer.of(ServerOptimizerPlan.NONE);
    double[] step = {1, 2};
    var block = new StepBlock(step, new double[0][], 2);
    none.move(block);
    assertArrayEquals(new double[] {1, 2}, block.step());
    assertEquals(2, block.count());
    assertEquals(ServerOptimizerName.NONE, none.name());
  }
}
