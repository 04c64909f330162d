package io.tributary.training.data;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Locale;

/**
 * One thing that a check of a dataset found.
 *
 * @param code a fixed word, for programs: {@code conflicts}, {@code leakage} …
 * @param sentence what was found, for people; never an example's text
 * @param remedy what to do; empty for a note
 */
public record Finding(Severity severity, String code, String sentence, String remedy) {
  /** How much a finding matters. */
  public enum Severity {
    /** The dataset can't be used as it is. */
    ERROR,
    /** It can, but the result will suffer. */
    WARNING,
    /** A figure. */
    NOTE
  }

  static Finding warning(String code, String sentence, String remedy) {
    return new Finding(Severity.WARNING, code, sentence, remedy);
  }

  static Finding note(String code, String sentence) {
    return new Finding(Severity.NOTE, code, sentence, "");
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("severity", severity.name().toLowerCase(Locale.ROOT))
        .put("code", code)
        .put("sentence", sentence)
        .put("remedy", remedy)
        .build();
  }
}
