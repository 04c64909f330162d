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
 * @param codecs how the numbers of a group are written; those without a word are as they are
 */
public record UpdateClaim(
    Digest base,
    long examples,
    SortedMap<String, Digest> layouts,
    SortedMap<String, String> codecs) {
  public UpdateClaim {
    requireNonNull(base, "base");
    layouts = Collections.unmodifiableSortedMap(new TreeMap<>(layouts));
    codecs = Collections.unmodifiableSortedMap(new TreeMap<>(codecs));
  }

  /** A claim of numbers as they are. */
  public UpdateClaim(Digest base, long examples, SortedMap<String, Digest> layouts) {
    this(base, examples, layouts, Collections.emptySortedMap());
  }
}
