package io.tributary.training.evaluate;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.TaskKind;
import io.tributary.training.message.JsonFields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All figures of some predictions.
 *
 * @param examples how many examples, or tokens where tokens are what is predicted
 * @param figures by metric; without those that the predictions don't have
 * @param accuracy the 95 % interval of the share of right predictions (Wilson), where there is one
 * @param intervals 95 % intervals of some figures, the accuracy's among them
 * @param classes a row for each label, or for each type of entity; empty where there are none
 * @param confusion a row for each true label; empty where there is none or the set is larger than
 *     {@value #LARGEST_CONFUSION}
 */
public record MetricReport(
    TaskKind kind,
    long examples,
    Map<Metric, Double> figures,
    Optional<Interval> accuracy,
    Map<Metric, Interval> intervals,
    List<ClassReport> classes,
    List<List<Long>> confusion) {
  static final int LARGEST_CONFUSION = 100;

  public MetricReport {
    Map<Metric, Double> copy = new EnumMap<>(Metric.class);
    copy.putAll(figures);
    figures = Collections.unmodifiableMap(copy);
    Map<Metric, Interval> ends = new EnumMap<>(Metric.class);
    ends.putAll(intervals);
    intervals = Collections.unmodifiableMap(ends);
    classes = List.copyOf(classes);
    confusion = confusion.stream().map(List::copyOf).toList();
  }

  /** A report without intervals but the accuracy's. */
  public MetricReport(
      TaskKind kind,
      long examples,
      Map<Metric, Double> figures,
      Optional<Interval> accuracy,
      List<ClassReport> classes,
      List<List<Long>> confusion) {
    this(kind, examples, figures, accuracy, Map.of(), classes, confusion);
  }

  /** The same report with intervals; those with an end that is not a number are left out. */
  public MetricReport withIntervals(Map<Metric, Interval> all) {
    Map<Metric, Interval> known = new EnumMap<>(Metric.class);
    all.forEach(
        (metric, interval) -> {
          if (Double.isFinite(interval.low()) && Double.isFinite(interval.high())) {
            known.put(metric, interval);
          }
        });
    return new MetricReport(kind, examples, figures, accuracy, known, classes, confusion);
  }

  /** The value of a metric; empty where the predictions don't have it. */
  public Optional<Double> find(Metric metric) {
    return Optional.ofNullable(figures.get(metric));
  }

  public JsonObject toJson() {
    var values = JsonValue.object();
    figures.forEach((metric, value) -> values.put(metric.token(), JsonFields.of(value)));
    var json =
        JsonValue.object()
            .put("kind", kind.token())
            .put("examples", examples)
            .put("figures", values.build())
            .put("classes", JsonValue.array(classes.stream().map(ClassReport::toJson).toList()))
            .put("confusion", JsonValue.array(confusion.stream().map(MetricReport::row).toList()));
    accuracy.ifPresent(interval -> json.put("accuracy-interval", ends(interval)));
    var ends = JsonValue.object();
    intervals.forEach((metric, interval) -> ends.put(metric.token(), ends(interval)));
    return json.put("intervals", ends.build()).build();
  }

  private static JsonValue ends(Interval interval) {
    return JsonValue.array(List.of(JsonFields.of(interval.low()), JsonFields.of(interval.high())));
  }

  private static JsonValue row(List<Long> counts) {
    return JsonValue.array(counts.stream().map(JsonValue::of).toList());
  }

  public static MetricReport parse(JsonValue json) {
    var fields = JsonFields.of("metric report", json);
    TaskKind kind = kind(fields.text("kind"));
    Map<Metric, Double> figures = new EnumMap<>(Metric.class);
    fields.numbers("figures").forEach((token, value) -> figures.put(Metric.of(token, kind), value));
    return new MetricReport(
        kind,
        fields.integer("examples"),
        figures,
        fields.has("accuracy-interval")
            ? Optional.of(interval(fields.items("accuracy-interval")))
            : Optional.empty(),
        intervals(fields, kind),
        fields.items("classes").stream().map(ClassReport::parse).toList(),
        fields.items("confusion").stream().map(MetricReport::counts).toList());
  }

  private static TaskKind kind(String token) {
    return TaskKind.find(token)
        .orElseThrow(() -> JsonFields.refusal("metric report.kind", "a kind of task"));
  }

  private static Map<Metric, Interval> intervals(JsonFields fields, TaskKind kind) {
    Map<Metric, Interval> intervals = new EnumMap<>(Metric.class);
    if (fields.has("intervals")) {
      JsonFields.of("metric report.intervals", fields.value("intervals"))
          .object()
          .fields()
          .forEach(
              (token, ends) ->
                  intervals.put(
                      Metric.of(token, kind), interval(JsonFields.items("intervals", ends))));
    }
    return intervals;
  }

  private static Interval interval(List<JsonValue> ends) {
    if (ends.size() != 2) {
      throw JsonFields.refusal("metric report: interval", "two numbers");
    }
    return new Interval(
        JsonFields.number("interval", ends.get(0)), JsonFields.number("interval", ends.get(1)));
  }

  private static List<Long> counts(JsonValue row) {
    List<Long> counts = new ArrayList<>();
    for (JsonValue count : JsonFields.items("confusion", row)) {
      counts.add((long) JsonFields.number("confusion", count));
    }
    return counts;
  }
}
