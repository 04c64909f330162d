package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A committed round.
 *
 * @param checkpoint that it committed; that of round 0 is the untouched base
 * @param figures on the selection part; where only sites evaluate, of all their examples together
 * @param sites how it did at the sites, where they were asked
 * @param cohort every assignment to train of every attempt, as it ended
 * @param weights of the nodes that counted
 */
public record RoundRecord(
    int round,
    int attempts,
    Checkpoint checkpoint,
    Figures figures,
    Optional<SitesRecord> sites,
    List<AssignmentRecord> cohort,
    SortedMap<NodeName, Double> weights,
    Instant opened,
    Instant committed) {
  public RoundRecord {
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(figures, "figures");
    requireNonNull(sites, "sites");
    cohort = List.copyOf(cohort);
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    requireNonNull(opened, "opened");
    requireNonNull(committed, "committed");
  }

  /** A round that no site has evaluated. */
  public RoundRecord(
      int round,
      int attempts,
      Checkpoint checkpoint,
      Figures figures,
      List<AssignmentRecord> cohort,
      SortedMap<NodeName, Double> weights,
      Instant opened,
      Instant committed) {
    this(
        round, attempts, checkpoint, figures, Optional.empty(), cohort, weights, opened, committed);
  }

  /** From opening to commit. */
  public Duration duration() {
    return Duration.between(opened, committed);
  }

  /** Updates that counted. */
  public int updates() {
    return count(AssignmentStage.COUNTED);
  }

  /** Updates that the gate refused. */
  public int refused() {
    return count(AssignmentStage.REFUSED);
  }

  /** Bytes of all updates received. */
  public long bytesUp() {
    return cohort.stream().flatMap(a -> a.update().stream()).mapToLong(UpdateFacts::bytesUp).sum();
  }

  /** Bytes fetched for the updates received. */
  public long bytesDown() {
    return cohort.stream()
        .flatMap(a -> a.update().stream())
        .mapToLong(UpdateFacts::bytesDown)
        .sum();
  }

  private int count(AssignmentStage stage) {
    return (int) cohort.stream().filter(a -> a.stage() == stage).count();
  }
}
