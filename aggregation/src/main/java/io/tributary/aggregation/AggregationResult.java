package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an aggregation made. A candidate that is not finite has no files: writing stopped at the
 * first bad block, and what was written must be thrown away.
 *
 * @param files by group; empty when the candidate diverged
 * @param contributions in the order of node names; empty when the candidate diverged
 * @param divergence where the candidate is not finite, if it is not
 */
public record AggregationResult(
    SortedMap<String, CandidateFile> files,
    List<Contribution> contributions,
    Optional<Divergence> divergence) {
  public AggregationResult {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    contributions = List.copyOf(contributions);
    requireNonNull(divergence, "divergence");
  }

  static AggregationResult diverged(Divergence divergence) {
    return new AggregationResult(new TreeMap<>(), List.of(), Optional.of(divergence));
  }

  /**
   * The file of a group.
   *
   * @throws FederationException REFUSED when the candidate diverged
   */
  public CandidateFile file(String group) {
    if (divergence.isPresent()) {
      throw new FederationException(ErrorKind.REFUSED, divergence.get().sentence());
    }
    return Optional.ofNullable(files.get(group))
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "group",
                    group,
                    "one of " + files.keySet(),
                    "Ask for a group of the order."));
  }
}
