package io.tributary.training.model.llama;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.model.ModelConfig;
import java.util.Optional;

/**
 * How positions turn the heads (Su et al., RoFormer, 2021, section 3.4), as {@code llama.py} takes
 * it.
 *
 * @param theta base of the wave lengths
 * @param kind plain; all frequencies divided (Chen et al., Position Interpolation, 2023); or the
 *     slow ones alone, as Llama 3.1 does
 * @param factor by which frequencies are divided
 * @param low wave lengths above {@code original / low} are divided
 * @param high wave lengths below {@code original / high} stay
 * @param original length of the texts that the model was trained with first
 */
record Rope(double theta, Kind kind, double factor, double low, double high, double original) {
  /** Which frequencies are divided. */
  enum Kind {
    DEFAULT(0),
    LINEAR(1),
    LLAMA3(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The number by which the script knows it. */
    int code() {
      return code;
    }
  }

  private static final double USUAL_THETA = 10_000;

  /**
   * From {@code rope_parameters} of transformers 5, or from {@code rope_theta} and {@code
   * rope_scaling} of transformers 4.
   */
  static Rope of(ModelConfig config) {
    Optional<ModelConfig> section = section(config, "rope_parameters");
    if (section.isEmpty()) {
      section = section(config, "rope_scaling");
    }
    double theta = config.number("rope_theta", USUAL_THETA);
    if (section.isEmpty()) {
      return checked(config, new Rope(theta, Kind.DEFAULT, 1, 1, 1, 1));
    }
    ModelConfig rope = section.get();
    if (rope.number("partial_rotary_factor", 1) != 1) {
      throw rope.refusal("partial_rotary_factor", rope.number("partial_rotary_factor", 1), "1");
    }
    return checked(rope, of(config, rope, theta));
  }

  private static Rope of(ModelConfig config, ModelConfig rope, double usualTheta) {
    double theta = rope.number("rope_theta", usualTheta);
    String word = rope.text("rope_type", rope.text("type", "default"));
    return switch (word) {
      case "default" -> new Rope(theta, Kind.DEFAULT, 1, 1, 1, 1);
      case "linear" -> new Rope(theta, Kind.LINEAR, required(rope, "factor"), 1, 1, 1);
      case "llama3" ->
          new Rope(
              theta,
              Kind.LLAMA3,
              required(rope, "factor"),
              required(rope, "low_freq_factor"),
              required(rope, "high_freq_factor"),
              rope.number(
                  "original_max_position_embeddings", config.number("max_position_embeddings", 0)));
      default -> throw rope.refusal("rope_type", word, "default, linear or llama3");
    };
  }

  private static Optional<ModelConfig> section(ModelConfig config, String key) {
    Optional<JsonValue> found = config.find(key);
    if (found.isPresent() && !(found.get() instanceof JsonObject)) {
      throw config.refusal(key, found.get().canonical(), "an object or null");
    }
    return found.map(value -> new ModelConfig(config.where() + ": " + key, (JsonObject) value));
  }

  private static double required(ModelConfig rope, String key) {
    if (rope.find(key).isEmpty()) {
      throw rope.refusal(key, "missing", "a number > 0");
    }
    return rope.number(key, 0);
  }

  private static Rope checked(ModelConfig where, Rope rope) {
    positive(where, "rope_theta", rope.theta);
    positive(where, "factor", rope.factor);
    positive(where, "low_freq_factor", rope.low);
    positive(where, "original_max_position_embeddings", rope.original);
    if (rope.kind == Kind.LLAMA3 && !(rope.high > rope.low)) {
      throw where.refusal("high_freq_factor", rope.high, "> low_freq_factor " + rope.low);
    }
    return rope;
  }

  private static void positive(ModelConfig where, String key, double value) {
    if (!(value > 0)) {
      throw where.refusal(key, value, "> 0");
    }
  }
}
