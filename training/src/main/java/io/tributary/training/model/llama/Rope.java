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
 * @param kind plain; all frequencies divided (Chen et al., Position Interpolation, 2023); the slow
 *     ones alone, as Llama 3.1 does; or the slow ones with a ramp (Peng et al., YaRN, ICLR 2024)
 * @param factor by which frequencies are divided
 * @param low of Llama 3.1: wave lengths above {@code original / low} are divided; of YaRN: the last
 *     frequency that stays
 * @param high of Llama 3.1: wave lengths below {@code original / high} stay; of YaRN: the first
 *     frequency that is divided by the whole factor
 * @param original length of the texts that the model was trained with first
 * @param scale of what turns the heads, and so of the square root of attention's scores
 */
record Rope(
    double theta,
    Kind kind,
    double factor,
    double low,
    double high,
    double original,
    double scale) {
  /** Which frequencies are divided. */
  enum Kind {
    DEFAULT(0),
    LINEAR(1),
    LLAMA3(2),
    YARN(3);

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
   * rope_scaling} of transformers 4. Where a file has both sections, {@code rope_scaling} counts,
   * as in transformers 5.
   */
  static Rope of(ModelConfig config) {
    Optional<ModelConfig> section =
        section(config, "rope_scaling").or(() -> section(config, "rope_parameters"));
    whole(config);
    double theta = config.number("rope_theta", USUAL_THETA);
    if (section.isEmpty()) {
      return checked(config, plain(theta));
    }
    ModelConfig rope = section.get();
    whole(rope);
    return checked(rope, of(config, rope, theta));
  }

  /** All numbers of a head are turned. */
  private static void whole(ModelConfig config) {
    double turned = config.number("partial_rotary_factor", 1);
    if (turned != 1) {
      throw config.refusal("partial_rotary_factor", turned, "1");
    }
  }

  private static Rope plain(double theta) {
    return new Rope(theta, Kind.DEFAULT, 1, 1, 1, 1, 1);
  }

  private static Rope of(ModelConfig config, ModelConfig rope, double usualTheta) {
    double theta = rope.number("rope_theta", usualTheta);
    String word = rope.text("rope_type", rope.text("type", "default"));
    return switch (word) {
      case "default" -> plain(theta);
      // its frequencies change with texts that are longer than the model's, which there are none of
      case "dynamic" -> plain(theta);
      case "linear" -> new Rope(theta, Kind.LINEAR, required(rope, "factor"), 1, 1, 1, 1);
      case "llama3" ->
          new Rope(
              theta,
              Kind.LLAMA3,
              required(rope, "factor"),
              required(rope, "low_freq_factor"),
              required(rope, "high_freq_factor"),
              original(config, rope),
              1);
      case "yarn" -> Yarn.rope(config, rope, theta);
      default -> throw rope.refusal("rope_type", word, "default, linear, dynamic, llama3 or yarn");
    };
  }

  /** Beside the section it counts before the section's own. */
  static double original(ModelConfig config, ModelConfig rope) {
    String key = "original_max_position_embeddings";
    return config.number(key, rope.number(key, config.number("max_position_embeddings", 0)));
  }

  private static Optional<ModelConfig> section(ModelConfig config, String key) {
    Optional<JsonValue> found = config.find(key);
    if (found.isPresent() && !(found.get() instanceof JsonObject)) {
      throw config.refusal(key, found.get().canonical(), "an object or null");
    }
    return found
        .map(JsonObject.class::cast)
        .filter(section -> !section.fields().isEmpty())
        .map(section -> new ModelConfig(config.where() + ": " + key, section));
  }

  static double required(ModelConfig rope, String key) {
    if (rope.find(key).isEmpty()) {
      throw rope.refusal(key, "missing", "a number > 0");
    }
    return rope.number(key, 0);
  }

  private static Rope checked(ModelConfig where, Rope rope) {
    positive(where, "rope_theta", rope.theta);
    positive(where, "factor", rope.factor);
    if (rope.kind != Kind.YARN) {
      positive(where, "low_freq_factor", rope.low);
    }
    positive(where, "original_max_position_embeddings", rope.original);
    positive(where, "attention_factor", rope.scale);
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
