package io.tributary.cli.view;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.worker.TrainOutcome;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one node does, or did, in a round.
 *
 * @param state such as {@code training} or {@code counted}
 * @param done examples or bytes of {@code total}, by the state
 * @param norm L2 norm of the update; 0 before it was judged
 * @param metrics the node's own figures
 */
public record NodeWork(
    String node,
    String assignment,
    String state,
    String reason,
    long done,
    long total,
    double perSecond,
    double loss,
    long examples,
    double norm,
    SortedMap<String, Double> metrics) {
  public NodeWork {
    metrics = new TreeMap<>(metrics);
  }

  /** The round in which the node was asked: the version of the model that it began from. */
  public int asked() {
    return AssignmentId.parse(assignment).round().round();
  }

  /** What compression did to the update; empty where it travelled as it was. */
  public Optional<Compression> compression() {
    return Optional.ofNullable(metrics.get(TrainOutcome.COMPRESSION_ERROR))
        .map(
            error ->
                new Compression(
                    metrics.getOrDefault(TrainOutcome.SENT_BYTES, 0.0).longValue(),
                    metrics.getOrDefault(TrainOutcome.PLAIN_BYTES, 0.0).longValue(),
                    error));
  }

  JsonObject toJson() {
    JsonValue.ObjectBuilder figures = JsonValue.object();
    for (Map.Entry<String, Double> metric : metrics.entrySet()) {
      figures.put(metric.getKey(), Numbers.json(metric.getValue()));
    }
    return JsonValue.object()
        .put("node", node)
        .put("assignment", assignment)
        .put("state", state)
        .put("reason", reason)
        .put("done", done)
        .put("total", total)
        .put("perSecond", Numbers.json(perSecond))
        .put("loss", Numbers.json(loss))
        .put("examples", examples)
        .put("norm", Numbers.json(norm))
        .put("metrics", figures.build())
        .build();
  }
}
