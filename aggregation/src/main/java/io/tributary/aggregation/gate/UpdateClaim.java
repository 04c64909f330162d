package io.tributary.aggregation.gate;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a node says about its update; nothing of it is believed.
 *
 * @param base the checkpoint it was trained from
 * @param examples distinct training examples used
 * @param layouts the layout digest of each group that was sent
 */
public record UpdateClaim(Digest base, long examples, SortedMap<String, Digest> layouts) {
  public UpdateClaim {
    requireNonNull(base, "base");
    layouts = Collections.unmodifiableSortedMap(new TreeMap<>(layouts));
  }
}
