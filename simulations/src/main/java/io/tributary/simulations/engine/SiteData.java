package io.tributary.simulations.engine;

import io.tributary.training.data.Examples;

/** The examples of one virtual node. Safe for several threads. */
public interface SiteData {
  /** Training examples that the node declares; no update may count more. */
  long declared();

  /** Validation examples that it declares: at least as many as it has in any round; 0 for none. */
  default long validation() {
    return 0;
  }

  /**
   * What it trains on and judges by in a round.
   *
   * @param round from 1 on
   */
  Examples examples(int round);
}
