package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The result of an aggregation before evaluation, with the weight of every node that counted. */
public record Candidate(Checkpoint checkpoint, SortedMap<NodeName, Double> weights) {
  public Candidate {
    requireNonNull(checkpoint, "checkpoint");
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
  }

  JsonObject toJson() {
    Map<String, Double> byName = new TreeMap<>();
    weights.forEach((node, weight) -> byName.put(node.value(), weight));
    return JsonValue.object()
        .put("checkpoint", checkpoint.toJson())
        .put("weights", Fields.numbers(byName))
        .build();
  }

  static Candidate parse(Fields fields) {
    SortedMap<NodeName, Double> weights = new TreeMap<>();
    fields.numbers("weights").forEach((node, weight) -> weights.put(new NodeName(node), weight));
    return new Candidate(Checkpoint.parse(fields.section("checkpoint")), weights);
  }
}
