package io.tributary.aggregation.gate;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.store.GroupSpec;
import io.tributary.federation.Digest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the assignment asked for.
 *
 * @param base the checkpoint of the round
 * @param groups the groups that must come, no more and no fewer
 */
public record Expected(Digest base, SortedMap<String, GroupSpec> groups, GateLimits limits) {
  public Expected {
    requireNonNull(base, "base");
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    requireNonNull(limits, "limits");
  }
}
