package io.tributary.coordinator.round;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.ChosenMetric;
import java.util.List;

/**
 * A checkpoint's figures on a held-out part.
 *
 * @param loss mean cross-entropy in nats; may be non-finite before it is judged
 * @param accuracyLow lower end of the 95 % Wilson interval
 * @param accuracyHigh upper end of it
 */
public record Figures(
    long examples,
    double loss,
    double accuracy,
    double accuracyLow,
    double accuracyHigh,
    double macroF1,
    List<ClassFigures> classes) {
  public Figures {
    classes = List.copyOf(classes);
  }

  /** The figure that a plan chose. */
  public double of(ChosenMetric metric) {
    return switch (metric) {
      case LOSS -> loss;
      case ACCURACY -> accuracy;
      case MACRO_F1 -> macroF1;
    };
  }

  /** Whether loss, accuracy and macro-F1 are numbers that a journal can hold. */
  public boolean finite() {
    return Double.isFinite(loss) && Double.isFinite(accuracy) && Double.isFinite(macroF1);
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("examples", examples)
        .put("loss", loss)
        .put("accuracy", accuracy)
        .put("accuracy-low", accuracyLow)
        .put("accuracy-high", accuracyHigh)
        .put("macro-f1", macroF1)
        .put("classes", JsonValue.array(classes.stream().map(ClassFigures::toJson).toList()))
        .build();
  }

  static Figures parse(Fields fields) {
    return new Figures(
        fields.integer("examples"),
        fields.real("loss"),
        fields.real("accuracy"),
        fields.real("accuracy-low"),
        fields.real("accuracy-high"),
        fields.real("macro-f1"),
        fields.list("classes", ClassFigures::parse));
  }
}
