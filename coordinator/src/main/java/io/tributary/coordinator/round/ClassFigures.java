package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/** Held-out figures of one label; each share lies in [0, 1]. */
public record ClassFigures(String label, double precision, double recall, double f1, long support) {
  public ClassFigures {
    requireNonNull(label, "label");
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("label", label)
        .put("precision", precision)
        .put("recall", recall)
        .put("f1", f1)
        .put("support", support)
        .build();
  }

  static ClassFigures parse(Fields fields) {
    return new ClassFigures(
        fields.text("label"),
        fields.real("precision"),
        fields.real("recall"),
        fields.real("f1"),
        fields.integer("support"));
  }
}
