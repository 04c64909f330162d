package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.plan.Metric;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A checkpoint's figures on a held-out part. Those that a task does not have are not a number.
 *
 * @param loss mean loss of the task; may be non-finite before it is judged
 * @param accuracyLow lower end of the 95 % Wilson interval
 * @param accuracyHigh upper end of it
 * @param metrics every metric that is finite, by its word; empty in journals from before there were
 *     more than three
 */
public record Figures(
    long examples,
    double loss,
    double accuracy,
    double accuracyLow,
    double accuracyHigh,
    double macroF1,
    List<ClassFigures> classes,
    SortedMap<String, MetricFigure> metrics) {
  public Figures {
    classes = List.copyOf(classes);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /** Figures of a classification, with no metrics but three. */
  public Figures(
      long examples,
      double loss,
      double accuracy,
      double accuracyLow,
      double accuracyHigh,
      double macroF1,
      List<ClassFigures> classes) {
    this(examples, loss, accuracy, accuracyLow, accuracyHigh, macroF1, classes, new TreeMap<>());
  }

  /** The figure that a plan chose; not a number where there is none. */
  public double of(Metric metric) {
    if (metrics.containsKey(metric.token())) {
      return requireNonNull(metrics.get(metric.token())).value();
    }
    return switch (metric) {
      case LOSS -> loss;
      case ACCURACY -> accuracy;
      case MACRO_F1 -> macroF1;
      default -> Double.NaN;
    };
  }

  /** Whether the loss is a number: training that left the numbers has none. */
  public boolean finite() {
    return Double.isFinite(loss);
  }

  JsonObject toJson() {
    ObjectBuilder json =
        JsonValue.object()
            .put("examples", examples)
            .put("loss", loss)
            .put("classes", JsonValue.array(classes.stream().map(ClassFigures::toJson).toList()));
    putFinite(json, "accuracy", accuracy);
    putFinite(json, "accuracy-low", accuracyLow);
    putFinite(json, "accuracy-high", accuracyHigh);
    putFinite(json, "macro-f1", macroF1);
    if (!metrics.isEmpty()) {
      ObjectBuilder all = JsonValue.object();
      metrics.forEach((name, figure) -> all.put(name, figure.toJson()));
      json.put("metrics", all.build());
    }
    return json.build();
  }

  private static void putFinite(ObjectBuilder json, String key, double value) {
    if (Double.isFinite(value)) {
      json.put(key, value);
    }
  }

  static Figures parse(Fields fields) {
    return new Figures(
        fields.integer("examples"),
        fields.real("loss"),
        fields.real("accuracy", Double.NaN),
        fields.real("accuracy-low", Double.NaN),
        fields.real("accuracy-high", Double.NaN),
        fields.real("macro-f1", Double.NaN),
        fields.list("classes", ClassFigures::parse),
        fields.sections("metrics", MetricFigure::parse));
  }
}
