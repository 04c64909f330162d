package io.tributary.federation.plan;

import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.settings.Settings;
import java.util.List;

/**
 * Who is asked in a round.
 *
 * @param fraction share of the eligible nodes that is drawn, at least the quorum
 * @param quorum fewest accepted updates with which a round aggregates
 * @param nodes the only nodes that may be drawn; empty: every enrolled node
 */
public record CohortPlan(double fraction, int quorum, List<NodeName> nodes) {
  public CohortPlan {
    nodes = List.copyOf(nodes);
  }

  static CohortPlan read(Settings settings) {
    var cohort =
        new CohortPlan(
            settings.number("fraction", 1.0, 0, 1),
            (int) settings.integer("quorum", 1, 1, 1_000_000),
            settings.texts("nodes", List.of()).stream()
                .map(NodeName::new)
                .distinct()
                .sorted()
                .toList());
    if (!cohort.nodes.isEmpty() && cohort.quorum > cohort.nodes.size()) {
      throw settings.refusal(
          "quorum", cohort.quorum, "at most the " + cohort.nodes.size() + " nodes named");
    }
    return cohort;
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("fraction", fraction)
        .put("quorum", quorum)
        .put(
            "nodes",
            JsonValue.array(nodes.stream().map(node -> JsonValue.of(node.value())).toList()))
        .build();
  }
}
