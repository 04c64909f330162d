package io.tributary.training.model.llama;

import io.tributary.training.model.ModelConfig;

/** What YaRN (Peng et al., ICLR 2024, sections 3.2 and 3.4) makes of its settings. */
final class Yarn {
  private static final double USUAL_FAST = 32;
  private static final double USUAL_SLOW = 1;
  private static final double APART = 0.001;
  private static final double GROWTH = 0.1;

  private Yarn() {}

  /**
   * Which frequencies are divided, and the scale.
   *
   * @param rope the section with YaRN's settings
   */
  static Rope rope(ModelConfig config, ModelConfig rope, double theta) {
    double original = Rope.original(config, rope);
    double factor = rope.number("factor", config.number("max_position_embeddings", 0) / original);
    LlamaShape shape = LlamaShape.of(config);
    double low = turning(rope.number("beta_fast", USUAL_FAST), shape.width(), theta, original);
    double high = turning(rope.number("beta_slow", USUAL_SLOW), shape.width(), theta, original);
    boolean whole = rope.flag("truncate", true);
    low = Math.max(whole ? Math.floor(low) : low, 0);
    high = Math.min(whole ? Math.ceil(high) : high, shape.width() - 1);
    if (!(high >= low)) {
      throw rope.refusal("beta_fast", rope.number("beta_fast", USUAL_FAST), "above beta_slow");
    }
    return new Rope(
        theta,
        Rope.Kind.YARN,
        factor,
        low,
        high == low ? high + APART : high,
        original,
        scale(rope, factor));
  }

  /** The place among a head's numbers whose wave turns so often in the first length of texts. */
  private static double turning(double turns, int width, double theta, double original) {
    return width * Math.log(original / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private static double scale(ModelConfig rope, double factor) {
    double of = rope.number("mscale", 0);
    double ofAll = rope.number("mscale_all_dim", 0);
    double usual =
        of != 0 && ofAll != 0 ? grown(factor, of) / grown(factor, ofAll) : grown(factor, 1);
    return rope.number("attention_factor", usual);
  }

  private static double grown(double factor, double by) {
    return factor <= 1 ? 1 : GROWTH * by * Math.log(factor) + 1;
  }
}
