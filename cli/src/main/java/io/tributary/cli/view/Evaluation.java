package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Metric;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Figures on a held-out part.
 *
 * @param loss mean cross-entropy in nats
 * @param accuracy share of right answers, with the ends of its 95 % Wilson interval
 * @param macroF1 mean F1 over the plan's labels
 * @param metrics every metric of the task, by its word; empty from coordinators before there were
 *     more than three
 */
public record Evaluation(
    long examples,
    double loss,
    double accuracy,
    double accuracyLow,
    double accuracyHigh,
    double macroF1,
    List<ClassFigures> classes,
    SortedMap<String, Value> metrics) {
  /** A metric, and where it lies with 95 % confidence where that is known. */
  public record Value(double value, Optional<Ends> interval) {}

  /** Both ends of an interval. */
  public record Ends(double low, double high) {}

  /** Figures without metrics but three. */
  public Evaluation(
      long examples,
      double loss,
      double accuracy,
      double accuracyLow,
      double accuracyHigh,
      double macroF1,
      List<ClassFigures> classes) {
    this(examples, loss, accuracy, accuracyLow, accuracyHigh, macroF1, classes, new TreeMap<>());
  }

  /** Figures of one label. */
  public record ClassFigures(
      String label, double precision, double recall, double f1, long support) {}

  public Evaluation {
    classes = List.copyOf(classes);
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /** A metric as text, such as {@code 0.612 (0.588–0.640)}; a dash where there is none. */
  public String text(Metric metric) {
    Value value = metrics.get(metric.token());
    if (metric == Metric.ACCURACY && (value != null || metrics.isEmpty())) {
      return accuracyText();
    }
    if (value == null) {
      return metrics.isEmpty() ? ofThree(metric) : "–";
    }
    String ends =
        value
            .interval()
            .map(i -> " (" + Figures.fixed(i.low, 3) + "–" + Figures.fixed(i.high, 3) + ")")
            .orElse("");
    return Figures.fixed(value.value, 3) + ends;
  }

  /** A metric's value; NaN where there is none. */
  public double value(Metric metric) {
    Value value = metrics.get(metric.token());
    if (value != null) {
      return value.value;
    }
    return switch (metric) {
      case LOSS -> loss;
      case ACCURACY -> accuracy;
      case MACRO_F1 -> metrics.isEmpty() ? macroF1 : Double.NaN;
      default -> Double.NaN;
    };
  }

  private String ofThree(Metric metric) {
    return switch (metric) {
      case LOSS -> Figures.fixed(loss, 3);
      case MACRO_F1 -> Figures.fixed(macroF1, 3);
      default -> "–";
    };
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
    var json =
        JsonValue.object()
            .put("examples", examples)
            .put("loss", Numbers.json(loss))
            .put("accuracy", Numbers.json(accuracy))
            .put("accuracyLow", Numbers.json(accuracyLow))
            .put("accuracyHigh", Numbers.json(accuracyHigh))
            .put("macroF1", Numbers.json(macroF1));
    return metrics.isEmpty() ? json : json.put("metrics", metricsJson());
  }

  private JsonObject metricsJson() {
    var all = JsonValue.object();
    metrics.forEach(
        (name, value) -> {
          var one = JsonValue.object().put("value", Numbers.json(value.value));
          value.interval.ifPresent(
              ends -> one.put("low", Numbers.json(ends.low)).put("high", Numbers.json(ends.high)));
          all.put(name, one.build());
        });
    return all.build();
  }
}
