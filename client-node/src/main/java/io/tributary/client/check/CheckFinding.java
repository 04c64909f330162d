package io.tributary.client.check;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Locale;

/**
 * One line of a node's check.
 *
 * @param name of what was looked at
 * @param fix what to do; empty where all is well
 */
public record CheckFinding(String name, Outcome outcome, String sentence, String fix) {
  public CheckFinding {
    requireNonNull(name, "name");
    requireNonNull(outcome, "outcome");
    requireNonNull(sentence, "sentence");
    requireNonNull(fix, "fix");
  }

  /** How it went. */
  public enum Outcome {
    OK,
    /** The node can run, but something is likely to trouble it. */
    WARNING,
    /** The node can't run like this. */
    FAILED
  }

  static CheckFinding ok(String name, String sentence) {
    return new CheckFinding(name, Outcome.OK, sentence, "");
  }

  static CheckFinding warning(String name, String sentence, String fix) {
    return new CheckFinding(name, Outcome.WARNING, sentence, fix);
  }

  static CheckFinding failed(String name, String sentence, String fix) {
    return new CheckFinding(name, Outcome.FAILED, sentence, fix);
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("name", name)
        .put("outcome", outcome.name().toLowerCase(Locale.ROOT))
        .put("sentence", sentence)
        .put("fix", fix)
        .build();
  }
}
