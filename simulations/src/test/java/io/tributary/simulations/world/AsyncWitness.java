package io.tributary.simulations.world;

import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.plan.AsyncPlan;
import io.tributary.simulations.world.RunWitness.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * The clerk's account of a run whose nodes work at their own pace: who goes on from round to round,
 * and in which order updates came. For other runs it says that they are not such.
 */
final class AsyncWitness {
  private final Optional<AsyncPlan> plan;
  private final SortedMap<AssignmentId, Place> places;
  private final List<AssignmentId> receipts = new ArrayList<>();
  private final Duration recruit;
  private Instant before = Instant.EPOCH;

  /**
   * @param places of the open round, which this account changes when a round opens
   */
  AsyncWitness(RunSpec spec, SortedMap<AssignmentId, Place> places) {
    this.plan = spec.plan().federation().async();
    this.recruit = spec.plan().federation().deadlines().recruit();
    this.places = places;
  }

  boolean is() {
    return plan.isPresent();
  }

  /** Whether updates come in a phase that gathers none. */
  boolean takes(Phase phase) {
    return is() && (phase == Phase.AGGREGATING || phase == Phase.EVALUATING);
  }

  int concurrency() {
    return plan.flatMap(AsyncPlan::concurrency).orElse(Integer.MAX_VALUE);
  }

  boolean fits(int passed) {
    return plan.map(async -> passed <= async.buffer()).orElse(true);
  }

  /** A row comes after one of this time. */
  void after(Instant latest) {
    before = latest;
  }

  /** Whether nothing had happened for so long that nobody who is away is waited for. */
  boolean quiet(Staged row) {
    return is() && !row.at().isBefore(before.plus(recruit));
  }

  void receipted(AssignmentId id) {
    receipts.add(id);
  }

  /** The order of receipts is the order of judgements, so that it says what a buffer holds. */
  void judged(Staged row, AssignmentId id) {
    boolean next = receipts.get(0).equals(id);
    Violation.unless(!is() || next, "updates are judged in the order of their receipts", row);
    receipts.remove(id);
  }

  /** Whether nothing that counts was made by the same node from the same version. */
  boolean first(AssignmentId id, Set<AssignmentId> passed) {
    return passed.stream()
        .noneMatch(other -> other.node().equals(id.node()) && other.round().equals(id.round()));
  }

  /**
   * Nobody's update is waited for any more.
   *
   * @param committed whether the open round is, so that what came since has no place
   */
  void nobodyIsAsked(boolean committed) {
    places.replaceAll(
        (id, place) -> {
          boolean late = is() && committed && place == Place.RECEIPTED;
          return place == Place.ASKED ? Place.OVER : late ? Place.REFUSED : place;
        });
  }

  /** A round begins with what goes on, but for what began too long ago. */
  void open(int round) {
    if (!is()) {
      places.clear();
      receipts.clear();
      return;
    }
    places.entrySet().removeIf(e -> e.getValue() != Place.ASKED && e.getValue() != Place.RECEIPTED);
    for (AssignmentId id : List.copyOf(places.keySet())) {
      if (round - id.round().round() > plan.orElseThrow().maxStaleness()) {
        receipts.remove(id);
        places.put(id, places.get(id) == Place.ASKED ? Place.OVER : Place.REFUSED);
      }
    }
  }

  /**
   * What nodes at work began from, and updates that wait are judged by.
   *
   * @param committed checkpoints of all rounds
   */
  Set<Checkpoint> begun(List<Checkpoint> committed) {
    Set<Checkpoint> begun = new HashSet<>();
    if (is()) {
      places.forEach(
          (id, place) -> {
            if (place == Place.ASKED || place == Place.RECEIPTED) {
              begun.add(committed.get(id.round().round() - 1));
            }
          });
    }
    return begun;
  }
}
