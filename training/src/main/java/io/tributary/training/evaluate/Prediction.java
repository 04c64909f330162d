package io.tributary.training.evaluate;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.util.List;

/**
 * The label a model predicts for one input.
 *
 * @param label the most probable one
 * @param top the most probable labels, best first; as many as were asked for
 */
public record Prediction(String label, double probability, List<Ranked> top) {
  public Prediction {
    top = List.copyOf(top);
  }

  /** One label with its probability. */
  public record Ranked(String label, double probability) {
    JsonObject toJson() {
      return JsonValue.object()
          .put("label", label)
          .put("probability", JsonFields.of(probability))
          .build();
    }

    static Ranked parse(JsonValue json) {
      var fields = JsonFields.of("ranked label", json);
      return new Ranked(fields.text("label"), fields.number("probability"));
    }
  }

  public JsonObject toJson() {
    return JsonValue.object()
        .put("label", label)
        .put("probability", JsonFields.of(probability))
        .put("top", JsonValue.array(top.stream().map(Ranked::toJson).toList()))
        .build();
  }

  public static Prediction parse(JsonValue json) {
    var fields = JsonFields.of("prediction", json);
    return new Prediction(
        fields.text("label"),
        fields.number("probability"),
        fields.items("top").stream().map(Ranked::parse).toList());
  }
}
