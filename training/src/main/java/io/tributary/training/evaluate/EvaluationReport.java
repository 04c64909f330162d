package io.tributary.training.evaluate;

import io.tributary.aggregation.tally.Tally;
import io.tributary.aggregation.tally.TallyCodec;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.message.JsonFields;
import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint is worth on some examples.
 *
 * @param loss mean over the examples
 * @param accuracyLow lower end of the accuracy's Wilson 95 % interval
 * @param accuracyHigh its upper end
 * @param macroF1 mean F1 over the plan's whole label set
 * @param classes one entry for each label, in the plan's order
 * @param metrics all figures of the task; empty in reports that were made without them
 * @param tally the sums that they follow from; empty in reports that were made without them
 */
public record EvaluationReport(
    long examples,
    double loss,
    double accuracy,
    double accuracyLow,
    double accuracyHigh,
    double macroF1,
    List<ClassReport> classes,
    Optional<MetricReport> metrics,
    Optional<Tally> tally) {
  public EvaluationReport {
    classes = List.copyOf(classes);
  }

  /** A report without the figures of {@link MetricReport}. */
  public EvaluationReport(
      long examples,
      double loss,
      double accuracy,
      double accuracyLow,
      double accuracyHigh,
      double macroF1,
      List<ClassReport> classes) {
    this(
        examples,
        loss,
        accuracy,
        accuracyLow,
        accuracyHigh,
        macroF1,
        classes,
        Optional.empty(),
        Optional.empty());
  }

  public JsonObject toJson() {
    var json =
        JsonValue.object()
            .put("examples", examples)
            .put("loss", JsonFields.of(loss))
            .put("accuracy", JsonFields.of(accuracy))
            .put("accuracy-low", JsonFields.of(accuracyLow))
            .put("accuracy-high", JsonFields.of(accuracyHigh))
            .put("macro-f1", JsonFields.of(macroF1))
            .put("classes", JsonValue.array(classes.stream().map(ClassReport::toJson).toList()));
    metrics.ifPresent(figures -> json.put("metrics", figures.toJson()));
    tally.ifPresent(sums -> json.put("tally", TallyCodec.write(sums)));
    return json.build();
  }

  public static EvaluationReport parse(JsonValue json) {
    var fields = JsonFields.of("evaluation report", json);
    return new EvaluationReport(
        fields.integer("examples"),
        fields.number("loss"),
        fields.number("accuracy"),
        fields.number("accuracy-low"),
        fields.number("accuracy-high"),
        fields.number("macro-f1"),
        fields.items("classes").stream().map(ClassReport::parse).toList(),
        fields.has("metrics")
            ? Optional.of(MetricReport.parse(fields.value("metrics")))
            : Optional.empty(),
        fields.has("tally")
            ? Optional.of(TallyCodec.read(fields.value("tally")))
            : Optional.empty());
  }
}
