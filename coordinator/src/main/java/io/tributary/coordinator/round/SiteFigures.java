package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import io.tributary.federation.plan.Metric;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one site found of a candidate on its own validation part.
 *
 * @param examples that it was evaluated on; 0 where the site told nothing
 * @param figures those that the plan shows and that are finite, by their words
 * @param reason why there is no figure; empty where there is
 */
public record SiteFigures(
    NodeName node, long examples, SortedMap<String, Double> figures, String reason) {
  public SiteFigures {
    requireNonNull(node, "node");
    figures = Collections.unmodifiableSortedMap(new TreeMap<>(figures));
    requireNonNull(reason, "reason");
  }

  /** One figure; NaN where the site has told none. */
  double of(Metric metric) {
    return figures.getOrDefault(metric.token(), Double.NaN);
  }
}
