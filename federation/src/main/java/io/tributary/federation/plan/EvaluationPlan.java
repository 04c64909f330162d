package io.tributary.federation.plan;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.federation.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a candidate is judged: on the coordinator's held-out selection part, at the sites, or both.
 *
 * @param metric the figure that names the best checkpoint
 * @param patience rounds without an improvement of {@code minDelta} after which the run ends;
 *     empty: never
 * @param target the figure at which the run ends; empty: none
 * @param named the metrics that are shown; empty: those that the task usually shows
 * @param places where candidates are evaluated
 */
public record EvaluationPlan(
    Metric metric,
    Direction direction,
    Optional<Integer> patience,
    double minDelta,
    Optional<Double> target,
    int batchSize,
    List<Metric> named,
    EvaluationPlaces places) {
  public EvaluationPlan {
    requireNonNull(places, "places");
    named = List.copyOf(named);
  }

  /** An evaluation that shows what the task usually shows. */
  public EvaluationPlan(
      Metric metric,
      Direction direction,
      Optional<Integer> patience,
      double minDelta,
      Optional<Double> target,
      int batchSize) {
    this(
        metric,
        direction,
        patience,
        minDelta,
        target,
        batchSize,
        List.of(),
        EvaluationPlaces.CENTRAL);
  }

  static EvaluationPlan read(Settings settings, ModelPlan model) {
    Settings choose = settings.section("choose");
    EvaluationPlaces places = EvaluationPlaces.read(settings, choose);
    Metric metric = chosen(choose, model);
    places.check(choose, metric);
    Direction byDefault = choose.has("metric") ? Direction.MAXIMIZE : metric.direction();
    Settings stop = settings.section("stop");
    return new EvaluationPlan(
        metric,
        direction(choose, metric, byDefault),
        stop.optionalInteger("patience", 1, 1_000_000).map(Math::toIntExact),
        stop.number("min-delta", 0, 0, 1e9),
        stop.optionalNumber("target", -1e18, 1e18),
        (int) settings.integer("batch-size", 64, 1, 1_000_000),
        named(settings, model),
        places);
  }

  /** The metric that a section chooses, or the usual one of the task. */
  static Metric chosen(Settings settings, ModelPlan model) {
    return settings.has("metric")
        ? settings.parsed("metric", token -> Metric.of(token, model))
        : Metric.usual(TaskKind.of(model));
  }

  /** The direction that a section writes, refused where the metric has the other. */
  static Direction direction(Settings settings, Metric metric, Direction byDefault) {
    Direction direction = Direction.read(settings, "direction", byDefault);
    if (direction != metric.direction()) {
      throw settings.refusal(
          "direction", direction.token(), metric.direction().token() + " for " + metric.token());
    }
    return direction;
  }

  private static List<Metric> named(Settings settings, ModelPlan model) {
    return settings.texts("metrics", List.of()).stream()
        .map(token -> named(settings, token, model))
        .distinct()
        .toList();
  }

  private static Metric named(Settings settings, String token, ModelPlan model) {
    List<Metric> fitting = Metric.of(model);
    return fitting.stream()
        .filter(metric -> metric.token().equals(token))
        .findFirst()
        .orElseThrow(
            () ->
                settings.refusal(
                    "metrics",
                    "\"" + token + "\" for " + TaskKind.of(model).token(),
                    "some of " + String.join(", ", fitting.stream().map(Metric::token).toList())));
  }

  /** The metrics that are shown, the choosing one among them, in the order they are shown. */
  public List<Metric> shown(TaskKind kind) {
    List<Metric> shown = named.isEmpty() ? Metric.shown(kind) : named;
    return Stream.concat(shown.stream(), Stream.of(metric)).distinct().toList();
  }

  JsonObject toJson() {
    ObjectBuilder stop = JsonValue.object().put("min-delta", minDelta);
    patience.ifPresent(rounds -> stop.put("patience", rounds));
    target.ifPresent(figure -> stop.put("target", figure));
    ObjectBuilder choose =
        JsonValue.object().put("metric", metric.token()).put("direction", direction.token());
    ObjectBuilder json = JsonValue.object();
    places.write(json, choose);
    json.put("choose", choose.build()).put("stop", stop.build()).put("batch-size", batchSize);
    if (!named.isEmpty()) {
      // only then: plans written before there was a choice keep their digest
      json.put(
          "metrics", JsonValue.array(named.stream().map(m -> JsonValue.of(m.token())).toList()));
    }
    return json.build();
  }
}
