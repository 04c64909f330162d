package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.LabelFigures;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of one label.
 *
 * @param precision 0 where the label was never predicted
 * @param recall 0 where the label never occurs
 * @param f1 0 where both are 0
 * @param support examples that have the label
 */
public record ClassReport(String label, double precision, double recall, double f1, long support) {
  /** A row for each label, from what its figures follow from. */
  static List<ClassReport> of(List<String> names, List<LabelCounts> labels) {
    List<ClassReport> classes = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      LabelFigures figures = labels.get(i).figures();
      classes.add(
          new ClassReport(
              names.get(i),
              figures.precision(),
              figures.recall(),
              figures.f1(),
              labels.get(i).support()));
    }
    return classes;
  }

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
