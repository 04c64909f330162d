package io.tributary.coordinator.check;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/**
 * One thing that was looked at.
 *
 * @param fix what to do; empty where there is nothing to do
 */
public record StateFinding(Outcome outcome, String what, String found, String fix) {
  /** How it stands with it. */
  public enum Outcome {
    /** As it must be. */
    OK,
    /** Harmless, yet worth knowing. */
    NOTICE,
    /** Broken: something that was promised is not there. */
    FAILED
  }

  public StateFinding {
    requireNonNull(outcome, "outcome");
    requireNonNull(what, "what");
    requireNonNull(found, "found");
    requireNonNull(fix, "fix");
  }

  static StateFinding ok(String what, String found) {
    return new StateFinding(Outcome.OK, what, found, "");
  }

  static StateFinding notice(String what, String found, String fix) {
    return new StateFinding(Outcome.NOTICE, what, found, fix);
  }

  static StateFinding failed(String what, String found, String fix) {
    return new StateFinding(Outcome.FAILED, what, found, fix);
  }

  public boolean isFailed() {
    return outcome == Outcome.FAILED;
  }

  /** {@code ✔ what: found. What to do.} */
  public String line() {
    String sign = isFailed() ? "✖ " : "✔ ";
    return sign + what + ": " + found + (fix.isEmpty() ? "" : ". " + fix);
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("outcome", outcome.name().toLowerCase(java.util.Locale.ROOT))
        .put("what", what)
        .put("found", found)
        .put("fix", fix)
        .build();
  }
}
