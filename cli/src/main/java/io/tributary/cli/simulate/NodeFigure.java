package io.tributary.cli.simulate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonNull;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Metric;
import io.tributary.training.evaluate.EvaluationReport;
import java.util.Optional;

/**
 * What the best checkpoint is worth to one node: the chosen metric on the node's own examples.
 *
 * @param value not a number where the node's examples have no such figure
 */
record NodeFigure(String node, long examples, double value) {
  NodeFigure {
    requireNonNull(node, "node");
  }

  static NodeFigure of(String node, EvaluationReport report, Metric metric) {
    Optional<Double> figure =
        report.metrics().map(all -> all.figures().get(metric)).filter(Double::isFinite);
    return new NodeFigure(node, report.examples(), figure.orElse(Double.NaN));
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("node", node)
        .put("examples", examples)
        .put("value", Double.isFinite(value) ? JsonValue.of(value) : new JsonNull())
        .build();
  }
}
