package io.tributary.training.model.bert;

import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.ModelConfig;

/** Shares of numbers that are dropped: in states, in attention, in the head. */
record BertDropout(double states, double attention, double head) {
  private static final double USUAL = 0.1;

  static BertDropout bert(ModelConfig config) {
    double states = config.number("hidden_dropout_prob", USUAL);
    return new BertDropout(
        states,
        config.number("attention_probs_dropout_prob", USUAL),
        config.number("classifier_dropout", states));
  }

  static BertDropout distilbert(ModelConfig config, boolean tokens) {
    double states = config.number("dropout", USUAL);
    return new BertDropout(
        states,
        config.number("attention_dropout", USUAL),
        tokens ? states : config.number("seq_classif_dropout", 0.2));
  }

  /** A plan's rate replaces all. */
  BertDropout with(TrainPlan plan) {
    if (plan.dropout().isEmpty()) {
      return this;
    }
    double rate = plan.dropout().getAsDouble();
    return new BertDropout(rate, rate, rate);
  }
}
