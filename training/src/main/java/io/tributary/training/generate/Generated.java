package io.tributary.training.generate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;

/**
 * How a language model continued a prompt.
 *
 * @param text what was added, without special tokens
 * @param promptTokens tokens of the prompt
 * @param tokens that were added, the one that ends a text included
 * @param ended whether the model ended it; else it was cut
 */
public record Generated(String text, int promptTokens, int tokens, boolean ended) {
  public Generated {
    requireNonNull(text, "text");
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("text", text)
        .put("prompt-tokens", promptTokens)
        .put("tokens", tokens)
        .put("ended", ended)
        .build();
  }

  public static Generated parse(JsonValue json) {
    var fields = JsonFields.of("generated text", json);
    return new Generated(
        fields.text("text"),
        Math.toIntExact(fields.integer("prompt-tokens")),
        Math.toIntExact(fields.integer("tokens")),
        fields.value("ended").canonical().equals("true"));
  }
}
