package io.tributary.simulations.world;

import java.time.Duration;

/**
 * How much goes wrong in one schedule.
 *
 * @param mild nothing goes wrong that would cost a deterministic plan its promise: connections
 *     break, processes die, but nobody misbehaves and time suffices
 * @param lasts until the calm
 * @param loss share of messages that vanish from a connection that lives on
 * @param duplicate share of messages and submissions that come twice
 * @param reorder share of messages that overtake or fall back
 * @param slowest longest delay of a message
 * @param crashPoint chance that the coordinator dies at each point between two of its steps
 * @param kills mean time between kills of the coordinator at any instant
 * @param nodeKills mean time between kills of nodes
 * @param cuts mean time between partitions and broken connections
 * @param operator mean time between an operator's wishes
 * @param badUpdate share of updates that the gate must refuse
 * @param taskFails share of trainings that fail
 * @param declines share of offers that are declined
 * @param effectFails share of the coordinator's own work that fails
 * @param slowWork share of aggregations that take minutes
 * @param diverges share of aggregations and evaluations that are not finite
 */
record Storm(
    boolean mild,
    Duration lasts,
    double loss,
    double duplicate,
    double reorder,
    Duration slowest,
    double crashPoint,
    Duration kills,
    Duration nodeKills,
    Duration cuts,
    Duration operator,
    double badUpdate,
    double taskFails,
    double declines,
    double effectFails,
    double slowWork,
    double diverges) {
  private static final Duration NEVER = Duration.ofDays(36_500);

  /** Nothing goes wrong. */
  static Storm none() {
    return new Storm(
        true,
        Duration.ofHours(1),
        0,
        0,
        0,
        Duration.ofMillis(200),
        0,
        NEVER,
        NEVER,
        NEVER,
        NEVER,
        0,
        0,
        0,
        0,
        0,
        0);
  }

  /** Processes and connections die, and that is all. */
  static Storm mild(Dice dice) {
    return new Storm(
        true,
        dice.millis(600_000, 5_400_000),
        0,
        dice.chance(0.5) ? 0.1 : 0,
        0,
        dice.millis(50, 5_000),
        dice.chance(0.5) ? 0.01 : 0,
        dice.millis(120_000, 1_200_000),
        dice.millis(120_000, 1_200_000),
        dice.millis(60_000, 600_000),
        NEVER,
        0,
        dice.chance(0.3) ? 0.1 : 0,
        0,
        0,
        0,
        0);
  }

  /** Everything goes wrong that can, in different measure. */
  static Storm rough(Dice dice) {
    boolean lossy = dice.chance(0.6);
    return new Storm(
        false,
        dice.millis(600_000, 7_200_000),
        lossy ? 0.02 + 0.2 * dice.below(100) / 100 : 0,
        dice.chance(0.6) ? 0.2 : 0,
        dice.chance(0.6) ? 0.2 : 0,
        dice.millis(50, 30_000),
        dice.chance(0.6) ? 0.02 : 0,
        dice.chance(0.7) ? dice.millis(120_000, 1_200_000) : NEVER,
        dice.chance(0.7) ? dice.millis(60_000, 1_200_000) : NEVER,
        dice.chance(0.8) ? dice.millis(30_000, 600_000) : NEVER,
        dice.chance(0.6) ? dice.millis(120_000, 1_800_000) : NEVER,
        dice.chance(0.5) ? 0.15 : 0,
        dice.chance(0.6) ? 0.2 : 0,
        dice.chance(0.5) ? 0.1 : 0,
        dice.chance(0.1) ? 0.7 : dice.chance(0.5) ? 0.1 : 0,
        dice.chance(0.5) ? 0.2 : 0,
        dice.chance(0.2) ? 0.05 : 0);
  }
}
