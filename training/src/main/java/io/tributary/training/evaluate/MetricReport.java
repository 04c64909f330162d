package io.tributary.training.evaluate;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
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
 * @param classes a row for each label, or for each type of entity; empty where there are none
 * @param confusion a row for each true label; empty where there is none or the set is larger than
 *     {@value #LARGEST_CONFUSION}
 */
public record MetricReport(
    TaskKind kind,
    long examples,
    Map<Metric, Double> figures,
    Optional<Interval> accuracy,
    List<ClassReport> classes,
    List<List<Long>> confusion) {
  static final int LARGEST_CONFUSION = 100;

  public MetricReport {
    Map<Metric, Double> copy = new EnumMap<>(Metric.class);
    copy.putAll(figures);
    figures = Collections.unmodifiableMap(copy);
    classes = List.copyOf(classes);
    confusion = confusion.stream().map(List::copyOf).toList();
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
    accuracy.ifPresent(
        interval ->
            json.put(
                "accuracy-interval",
                JsonValue.array(
                    List.of(JsonFields.of(interval.low()), JsonFields.of(interval.high())))));
    return json.build();
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
        fields.has("accuracy-interval") ? Optional.of(interval(fields)) : Optional.empty(),
        fields.items("classes").stream().map(ClassReport::parse).toList(),
        fields.items("confusion").stream().map(MetricReport::counts).toList());
  }

  private static TaskKind kind(String token) {
    for (TaskKind kind : TaskKind.values()) {
      if (kind.token().equals(token)) {
        return kind;
      }
    }
    throw JsonFields.refusal("metric report.kind", "a kind of task");
  }

  private static Interval interval(JsonFields fields) {
    List<JsonValue> ends = fields.items("accuracy-interval");
    if (ends.size() != 2) {
      throw JsonFields.refusal("metric report.accuracy-interval", "two numbers");
    }
    return new Interval(
        JsonFields.number("accuracy-interval", ends.get(0)),
        JsonFields.number("accuracy-interval", ends.get(1)));
  }

  private static List<Long> counts(JsonValue row) {
    List<Long> counts = new ArrayList<>();
    for (JsonValue count : JsonFields.items("confusion", row)) {
      counts.add((long) JsonFields.number("confusion", count));
    }
    return counts;
  }
}
