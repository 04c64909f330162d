package io.tributary.aggregation.gate;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.codec.Coding;
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
 * @param codings of groups whose numbers are not written as they are
 */
public record Expected(
    Digest base,
    SortedMap<String, GroupSpec> groups,
    GateLimits limits,
    SortedMap<String, Coding> codings) {
  public Expected {
    requireNonNull(base, "base");
    groups = Collections.unmodifiableSortedMap(new TreeMap<>(groups));
    requireNonNull(limits, "limits");
    codings = Collections.unmodifiableSortedMap(new TreeMap<>(codings));
  }

  /** Numbers as they are. */
  public Expected(Digest base, SortedMap<String, GroupSpec> groups, GateLimits limits) {
    this(base, groups, limits, Collections.emptySortedMap());
  }

  /** How the numbers of a group must be written. */
  Coding coding(String group) {
    Coding coding = codings.get(group);
    return coding == null ? Coding.plain(requireNonNull(groups.get(group)).layout()) : coding;
  }
}
