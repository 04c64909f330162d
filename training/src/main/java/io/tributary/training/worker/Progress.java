package io.tributary.training.worker;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;

/**
 * How far an order has come.
 *
 * @param done examples worked through so far, epochs counted
 * @param total examples of the whole order, epochs counted
 * @param examplesPerSecond mean since the order began
 * @param loss mean loss of the examples since the last report; NaN where there is none yet
 */
public record Progress(long done, long total, double examplesPerSecond, double loss) {
  public JsonObject toJson() {
    return JsonValue.object()
        .put("done", done)
        .put("total", total)
        .put("examples-per-second", JsonFields.of(examplesPerSecond))
        .put("loss", JsonFields.of(loss))
        .build();
  }

  public static Progress parse(JsonValue json) {
    var fields = JsonFields.of("progress", json);
    return new Progress(
        fields.integer("done"),
        fields.integer("total"),
        fields.number("examples-per-second"),
        fields.number("loss"));
  }
}
