package io.tributary.training.generate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.data.Turn;
import io.tributary.training.data.Turn.Speaker;
import io.tributary.training.message.JsonFields;
import java.util.List;
import java.util.Locale;

/** What a language model is to continue. None of them prints its content. */
public sealed interface Prompt {
  /** The beginning of a text. */
  record Beginning(String text) implements Prompt {
    public Beginning {
      requireNonNull(text, "text");
    }

    @Override
    public String toString() {
      return "Beginning[" + text.length() + " characters]";
    }
  }

  /** A dialogue in which the assistant is to speak next. */
  record Dialogue(List<Turn> turns) implements Prompt {
    public Dialogue {
      turns = List.copyOf(turns);
    }
  }

  /** A dialogue of one question. */
  static Prompt question(String text) {
    return new Dialogue(List.of(new Turn(Speaker.USER, text)));
  }

  static JsonObject toJson(Prompt prompt) {
    if (prompt instanceof Beginning beginning) {
      return JsonValue.object().put("text", beginning.text).build();
    }
    List<JsonValue> turns =
        ((Dialogue) prompt)
            .turns.stream()
                .<JsonValue>map(
                    turn ->
                        JsonValue.object()
                            .put("role", turn.speaker().name())
                            .put("content", turn.text())
                            .build())
                .toList();
    return JsonValue.object().put("messages", JsonValue.array(turns)).build();
  }

  static Prompt parse(JsonValue json) {
    var fields = JsonFields.of("prompt", json);
    if (fields.has("text")) {
      return new Beginning(fields.text("text"));
    }
    return new Dialogue(
        fields.items("messages").stream()
            .map(message -> JsonFields.of("message", message))
            .map(message -> new Turn(speaker(message.text("role")), message.text("content")))
            .toList());
  }

  private static Speaker speaker(String role) {
    for (Speaker speaker : Speaker.values()) {
      if (speaker.name().equals(role.toUpperCase(Locale.ROOT))) {
        return speaker;
      }
    }
    throw JsonFields.refusal("message.role", "a speaker");
  }
}
