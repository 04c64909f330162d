package io.tributary.simulations.world;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** The one source of chance. Once the world is calm no trouble comes up any more. */
final class Dice {
  private final SplittableRandom random;
  private boolean calm;

  Dice(long seed) {
    this.random = new SplittableRandom(seed);
  }

  void calm() {
    calm = true;
  }

  boolean isCalm() {
    return calm;
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** Like {@link #chance}, for what goes wrong. */
  boolean trouble(double probability) {
    boolean comes = chance(probability);
    return comes && !calm;
  }

  /** From 0 to one less than the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Milliseconds, both ends included. */
  Duration millis(long least, long most) {
    return Duration.ofMillis(least + random.nextLong(most - least + 1));
  }

  /** Exponentially distributed. */
  Duration around(Duration mean) {
    return Duration.ofMillis((long) (-Math.log(1 - random.nextDouble()) * mean.toMillis()) + 1);
  }

  <T> T pick(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  /** An own stream, for a session's jitter. */
  RandomGenerator fork() {
    return random.split();
  }
}
