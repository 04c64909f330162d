package io.tributary.training.finetune;

import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.worker.TrainOrder;
import java.util.random.RandomGenerator;

/**
 * The random streams of one node in one round.
 *
 * @param purpose what the steps are for, in front of the streams' names; empty for those of the
 *     shared model
 */
record RoundStreams(TrainOrder order, String purpose) {
  /** Of the shared model. */
  static RoundStreams of(TrainOrder order) {
    return new RoundStreams(order, "");
  }

  /** Decides the order of the examples. */
  RandomGenerator shuffle() {
    return streams().stream(round(), node(), purpose + "shuffle");
  }

  /** Key of the dropout masks. */
  long dropout() {
    return streams().key(round(), node(), purpose + "dropout");
  }

  private RandomStreams streams() {
    return new RandomStreams(order.plan().seed());
  }

  private int round() {
    return order.assignment().round().round();
  }

  private String node() {
    return order.assignment().node().value();
  }
}
