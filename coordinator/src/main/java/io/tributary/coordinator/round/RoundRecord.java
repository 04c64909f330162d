package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A committed round. Of the newest ones all is held in memory; of the others, unless draws look
 * back at them, what a run needs to go on, and the journal has the rest ({@link PastRound}).
 *
 * @param checkpoint that it committed; that of round 0 is the untouched base
 * @param figures on the selection part; where only sites evaluate, of all their examples together
 * @param tally what its assignments come to
 * @param sites how it did at the sites, where they were asked
 * @param cohort every assignment to train of every attempt, as it ended; empty where it is not held
 * @param weights of the nodes that counted; empty where they are not held
 * @param measures figures of the aggregation itself, by name
 */
public record RoundRecord(
    int round,
    int attempts,
    Checkpoint checkpoint,
    Figures figures,
    RoundTally tally,
    Optional<SitesRecord> sites,
    List<AssignmentRecord> cohort,
    SortedMap<NodeName, Double> weights,
    Instant opened,
    Instant committed,
    SortedMap<String, Double> measures) {
  public RoundRecord {
    requireNonNull(checkpoint, "checkpoint");
    requireNonNull(figures, "figures");
    requireNonNull(tally, "tally");
    requireNonNull(sites, "sites");
    cohort = List.copyOf(cohort);
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    requireNonNull(opened, "opened");
    requireNonNull(committed, "committed");
    measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
  }

  /** From opening to commit. */
  public Duration duration() {
    return Duration.between(opened, committed);
  }

  /** Whether its assignments are held. */
  public boolean detailed() {
    return cohort.size() == tally.asked();
  }

  Optional<AssignmentRecord> find(AssignmentId id) {
    return cohort.stream().filter(assignment -> assignment.id().equals(id)).findFirst();
  }

  /** The same with these assignments too, in the order of their ids. */
  RoundRecord with(SortedMap<AssignmentId, AssignmentRecord> more) {
    SortedMap<AssignmentId, AssignmentRecord> all = new TreeMap<>(more);
    cohort.forEach(record -> all.put(record.id(), record));
    return new RoundRecord(
        round,
        attempts,
        checkpoint,
        figures,
        RoundTally.of(tally.sequence(), all.values()),
        sites,
        List.copyOf(all.values()),
        weights,
        opened,
        committed,
        measures);
  }

  /** The same without its assignments. */
  RoundRecord condensed() {
    return new RoundRecord(
        round,
        attempts,
        checkpoint,
        figures,
        tally,
        sites,
        List.of(),
        Collections.emptySortedMap(),
        opened,
        committed,
        measures);
  }

  /** Updates that counted. */
  public int updates() {
    return tally.updates();
  }

  /** Updates that the gate refused. */
  public int refused() {
    return tally.refused();
  }

  /** Bytes of all updates received. */
  public long bytesUp() {
    return tally.bytesUp();
  }

  /** Bytes fetched for the updates received. */
  public long bytesDown() {
    return tally.bytesDown();
  }
}
