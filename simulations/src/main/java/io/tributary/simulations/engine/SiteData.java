package io.tributary.simulations.engine;

import io.tributary.training.data.Examples;

/** The examples of one virtual node. Safe for several threads. */
public interface SiteData {
  /** Training examples that the node declares; no update may count more. */
  long declared();

  /**
   * What it trains on and judges by in a round.
   *
   * @param round from 1 on
   */
  Examples examples(int round);
}
