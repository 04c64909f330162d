package io.tributary.training.evaluate;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;

/**
 * The figures of one label.
 *
 * @param precision 0 where the label was never predicted
 * @param recall 0 where the label never occurs
 * @param f1 0 where both are 0
 * @param support examples that have the label
 */
public record ClassReport(String label, double precision, double recall, double f1, long support) {
  public JsonObject toJson() {
    return JsonValue.object()
        .put("label", label)
        .put("precision", JsonFields.of(precision))
        .put("recall", JsonFields.of(recall))
        .put("f1", JsonFields.of(f1))
        .put("support", support)
        .build();
  }

  public static ClassReport parse(JsonValue json) {
    var fields = JsonFields.of("class report", json);
    return new ClassReport(
        fields.text("label"),
        fields.number("precision"),
        fields.number("recall"),
        fields.number("f1"),
        fields.integer("support"));
  }
}
