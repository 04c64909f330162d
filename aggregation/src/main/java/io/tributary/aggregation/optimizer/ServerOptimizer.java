package io.tributary.aggregation.optimizer;

import io.tributary.federation.plan.ServerOptimizerName;

/**
 * Turns the step of the rule into the step that is added to the global state, column by column.
 * Used by several threads at once, each with blocks of its own; keeps no state between rounds.
 */
public interface ServerOptimizer {
  /** The name used in plans. */
  ServerOptimizerName name();

  /** Changes the block's step in place. */
  void move(StepBlock block);

  /** The optimizer of this name. */
  static ServerOptimizer of(ServerOptimizerName name) {
    return switch (name) {
      case NONE -> new Unchanged();
    };
  }
}
