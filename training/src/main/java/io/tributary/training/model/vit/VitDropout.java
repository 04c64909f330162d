package io.tributary.training.model.vit;

import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.ModelConfig;

/** Shares of numbers that are dropped: in attention, behind embeddings and each part. */
record VitDropout(double attention, double hidden) {
  static VitDropout of(ModelConfig config) {
    return new VitDropout(
        config.number("attention_probs_dropout_prob", 0), config.number("hidden_dropout_prob", 0));
  }

  /** A plan's rate replaces both. */
  VitDropout with(TrainPlan plan) {
    if (plan.dropout().isEmpty()) {
      return this;
    }
    double rate = plan.dropout().getAsDouble();
    return new VitDropout(rate, rate);
  }
}
