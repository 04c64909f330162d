package io.tributary.training.generate;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;

/**
 * How the next token is chosen, as transformers' {@code generate} has it.
 *
 * @param newTokens most tokens that are added to a text
 * @param temperature scores are divided by it before one is drawn; 0: the greatest score is taken
 * @param topK only so many of the greatest scores can be drawn; 0: all
 * @param topP only the most probable tokens that together have this probability (Holtzman et al.,
 *     2020); 1: all
 * @param repetitionPenalty by which scores of tokens that the text has are made smaller (Keskar et
 *     al., 2019); 1: not at all
 * @param seed of what is drawn; the same gives the same texts
 */
public record GenerationSettings(
    int newTokens, double temperature, int topK, double topP, double repetitionPenalty, long seed) {
  public GenerationSettings {
    require(newTokens >= 1, "max-new-tokens", newTokens, ">= 1");
    require(temperature >= 0 && temperature < 1e6, "temperature", temperature, ">= 0");
    require(topK >= 0, "top-k", topK, ">= 0");
    require(topP > 0 && topP <= 1, "top-p", topP, "above 0, at most 1");
    require(
        repetitionPenalty > 0 && repetitionPenalty < 1e6,
        "repetition-penalty",
        repetitionPenalty,
        "> 0");
  }

  /** The greatest score each time. */
  public static GenerationSettings greedy(int newTokens) {
    return new GenerationSettings(newTokens, 0, 0, 1, 1, 0);
  }

  private static void require(boolean holds, String what, Object found, String rule) {
    if (!holds) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, what, found, rule, "Choose another value.");
    }
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("new-tokens", newTokens)
        .put("temperature", temperature)
        .put("top-k", topK)
        .put("top-p", topP)
        .put("repetition-penalty", repetitionPenalty)
        .put("seed", seed)
        .build();
  }

  static GenerationSettings parse(JsonValue json) {
    var fields = JsonFields.of("generation", json);
    return new GenerationSettings(
        Math.toIntExact(fields.integer("new-tokens")),
        fields.number("temperature"),
        Math.toIntExact(fields.integer("top-k")),
        fields.number("top-p"),
        fields.number("repetition-penalty"),
        fields.integer("seed"));
  }
}
