package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.List;

/**
 * Figures on a held-out part.
 *
 * @param loss mean cross-entropy in nats
 * @param accuracy share of right answers, with the ends of its 95 % Wilson interval
 * @param macroF1 mean F1 over the plan's labels
 */
public record Evaluation(
    long examples,
    double loss,
    double accuracy,
    double accuracyLow,
    double accuracyHigh,
    double macroF1,
    List<ClassFigures> classes) {
  /** Figures of one label. */
  public record ClassFigures(
      String label, double precision, double recall, double f1, long support) {}

  public Evaluation {
    classes = List.copyOf(classes);
  }

  /** {@code 63.5 % (60.4–66.5)}. */
  public String accuracyText() {
    return Figures.percent(accuracy)
        + " ("
        + Figures.fixed(accuracyLow * 100, 1)
        + "–"
        + Figures.fixed(accuracyHigh * 100, 1)
        + ")";
  }

  /** The figures without those of single labels. */
  public JsonObject summary() {
    return builder().build();
  }

  public JsonObject toJson() {
    List<JsonObject> list =
        classes.stream()
            .map(
                c ->
                    JsonValue.object()
                        .put("label", c.label())
                        .put("precision", Numbers.json(c.precision()))
                        .put("recall", Numbers.json(c.recall()))
                        .put("f1", Numbers.json(c.f1()))
                        .put("support", c.support())
                        .build())
            .toList();
    return builder().put("classes", JsonValue.array(list)).build();
  }

  private JsonValue.ObjectBuilder builder() {
    return JsonValue.object()
        .put("examples", examples)
        .put("loss", Numbers.json(loss))
        .put("accuracy", Numbers.json(accuracy))
        .put("accuracyLow", Numbers.json(accuracyLow))
        .put("accuracyHigh", Numbers.json(accuracyHigh))
        .put("macroF1", Numbers.json(macroF1));
  }
}
