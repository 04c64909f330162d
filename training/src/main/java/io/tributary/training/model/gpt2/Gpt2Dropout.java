package io.tributary.training.model.gpt2;

import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.ModelConfig;

/** Shares of numbers that are dropped: behind embeddings, in attention, behind each part. */
record Gpt2Dropout(double embeddings, double attention, double residual) {
  private static final double USUAL = 0.1;

  static Gpt2Dropout of(ModelConfig config) {
    return new Gpt2Dropout(
        config.number("embd_pdrop", USUAL),
        config.number("attn_pdrop", USUAL),
        config.number("resid_pdrop", USUAL));
  }

  /** A plan's rate replaces all. */
  Gpt2Dropout with(TrainPlan plan) {
    if (plan.dropout().isEmpty()) {
      return this;
    }
    double rate = plan.dropout().getAsDouble();
    return new Gpt2Dropout(rate, rate, rate);
  }
}
