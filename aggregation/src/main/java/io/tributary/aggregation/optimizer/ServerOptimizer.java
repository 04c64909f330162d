package io.tributary.aggregation.optimizer;

import io.tributary.federation.plan.PlanOptions;
import io.tributary.federation.plan.ServerOptimizerName;
import io.tributary.federation.plan.ServerOptimizerPlan;
import java.util.List;

/**
 * Turns the step of the rule into the step that is added to the global state, column by column.
 * Used by several threads at once, each with blocks of its own. What it remembers between rounds is
 * a value of each of its {@link #state} for each trained value; it lies in files of the trained
 * tensors' layout, is read and written beside the step, and belongs to the checkpoint.
 */
public interface ServerOptimizer {
  /** The name used in plans. */
  ServerOptimizerName name();

  /** The names of what it remembers, in the order of {@link StepBlock#state}. */
  default List<String> state() {
    return List.of();
  }

  /** The value of a state before the first round. */
  default double start(int state) {
    return 0;
  }

  /** Changes the block's step and states in place. */
  void move(StepBlock block);

  /** The optimizer of a plan. */
  static ServerOptimizer of(ServerOptimizerPlan plan) {
    PlanOptions options = plan.options();
    return switch (plan.name()) {
      case NONE -> new Unchanged();
      case FEDAVGM -> new Momentum(options.number("learning-rate"), options.number("momentum"));
      case FEDADAGRAD, FEDADAM, FEDYOGI -> Adaptive.of(plan);
    };
  }
}
