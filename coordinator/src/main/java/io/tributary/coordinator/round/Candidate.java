package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The result of an aggregation before evaluation, with the weight of every node that counted.
 *
 * @param measures figures of the aggregation itself, by name; all finite
 */
public record Candidate(
    Checkpoint checkpoint,
    SortedMap<NodeName, Double> weights,
    SortedMap<String, Double> measures) {
  public Candidate {
    requireNonNull(checkpoint, "checkpoint");
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
  }

  /** A result of which nothing was measured. */
  public Candidate(Checkpoint checkpoint, SortedMap<NodeName, Double> weights) {
    this(checkpoint, weights, Collections.emptySortedMap());
  }

  JsonObject toJson() {
    Map<String, Double> byName = new TreeMap<>();
    weights.forEach((node, weight) -> byName.put(node.value(), weight));
    ObjectBuilder json =
        JsonValue.object()
            .put("checkpoint", checkpoint.toJson())
            .put("weights", Fields.numbers(byName));
    if (!measures.isEmpty()) {
      json.put("measures", Fields.numbers(measures));
    }
    return json.build();
  }

  static Candidate parse(Fields fields) {
    SortedMap<NodeName, Double> weights = new TreeMap<>();
    fields.numbers("weights").forEach((node, weight) -> weights.put(new NodeName(node), weight));
    SortedMap<String, Double> measures = new TreeMap<>();
    if (fields.has("measures")) {
      measures.putAll(fields.numbers("measures"));
    }
    return new Candidate(Checkpoint.parse(fields.section("checkpoint")), weights, measures);
  }
}
