package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;

/** A node drawn into a cohort, with the number of training examples its card declared then. */
public record DrawnNode(NodeName node, long declaredExamples) {
  public DrawnNode {
    requireNonNull(node, "node");
  }

  JsonObject toJson() {
    return JsonValue.object().put("node", node.value()).put("examples", declaredExamples).build();
  }

  static DrawnNode parse(Fields fields) {
    return new DrawnNode(fields.parsed("node", NodeName::new), fields.integer("examples"));
  }
}
