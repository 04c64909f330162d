package io.tributary.simulations.world;

import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.AssignmentStage;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.RunFold;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.coordinator.round.World;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What must hold after every event, whatever went wrong before. */
final class Invariants {
  /** A state in memory and the fold of its rows; once compared they stay as they were. */
  private record Seen(RunState state, RunState folded) {
    @SuppressWarnings("ReferenceEquality") // immutable; equality is what costs time
    boolean same(Seen other) {
      return state == other.state && folded == other.folded;
    }
  }

  private final CoordinatorDisk disk;
  private final Trace trace;
  private final SortedMap<RunId, RunWitness> runs = new TreeMap<>();
  private final SortedMap<RunId, RunState> folded = new TreeMap<>();
  private final Map<RunId, Seen> seen = new HashMap<>();
  private final Map<AssignmentId, Digest> delivered = new HashMap<>();

  Invariants(CoordinatorDisk disk, Trace trace) {
    this.disk = disk;
    this.trace = trace;
  }

  Collection<RunWitness> runs() {
    return runs.values();
  }

  Optional<RunWitness> run(RunId run) {
    return Optional.ofNullable(runs.get(run));
  }

  /**
   * New rows, as they are read back from the disk.
   *
   * @param connected who was connected when each of them was decided
   */
  void journaled(List<Staged> rows, List<Set<NodeName>> connected) {
    for (int i = 0; i < rows.size(); i++) {
      Staged row = rows.get(i);
      count(row.transition());
      if (row.transition() instanceof Transition.CohortDrawn
          && Turns.drawn(row, connected.get(i), runs.values())) {
        trace.count("draw while another run waits longer");
      }
      if (row.transition() instanceof Transition.RunCreated) {
        Violation.unless(
            runs.put(row.run(), new RunWitness(row)) == null, "a run is created once", row);
      } else {
        RunWitness run = runs.get(row.run());
        Violation.unless(run != null, "a run is created first", row);
        Objects.requireNonNull(run).take(row);
      }
      atWork(row, connected.get(i));
      folded.put(row.run(), RunFold.apply(Optional.ofNullable(folded.get(row.run())), row));
    }
    Set<NodeName> busy = new HashSet<>();
    for (RunWitness run : runs.values()) {
      if (run.phase().active()) {
        for (AssignmentId id : run.at(RunWitness.Place.ASKED)) {
          Violation.unless(busy.add(id.node()), "no node works on two assignments", id);
        }
      }
    }
  }

  /** Who is away takes nobody's place, nor does whom an earlier attempt waited for in vain. */
  private void atWork(Staged row, Set<NodeName> connected) {
    RunWitness run = Objects.requireNonNull(runs.get(row.run()));
    if (row.transition() instanceof Transition.CohortDrawn drawn && !drawn.nodes().isEmpty()) {
      long busy =
          run.at(RunWitness.Place.ASKED).stream()
              .filter(id -> connected.contains(id.node()))
              .filter(id -> id.round().round() < run.round() || id.attempt() == run.attempt())
              .count();
      Violation.unless(
          busy <= run.async().concurrency(), "no more work at once than the plan says", row);
    }
    if (row.transition() instanceof Transition.UpdateJudged judged
        && judged.assignment().round().round() < run.round()
        && run.places().get(judged.assignment()) == RunWitness.Place.PASSED) {
      trace.count("update of an older version counts");
    }
    if (row.transition() instanceof Transition.RoundOpened) {
      run.places().values().forEach(place -> trace.count("carried " + place));
    }
  }

  private void count(Transition t) {
    trace.count("row " + t.kind());
    if (t instanceof Transition.RunPaused paused) {
      trace.count("phase " + paused.phase());
    }
    if (t instanceof Transition.UpdateJudged judged
        && judged.judgement() instanceof Judgement.Refused) {
      trace.count("update refused");
    }
  }

  /** What the coordinator that may write holds in memory. */
  void hold(World world, Instant now) {
    Violation.unless(
        folded.keySet().equals(world.runs().keySet()), "no run appears or is lost", world.runs());
    for (RunState run : world.runs().values()) {
      var both = new Seen(run, Objects.requireNonNull(folded.get(run.run())));
      Seen before = seen.put(run.run(), both);
      if (before == null || !before.same(both)) {
        Violation.unless(both.folded().equals(run), "state is the fold of the journal", run);
        agree(run, Objects.requireNonNull(runs.get(run.run())));
      }
    }
    for (RunWitness run : runs.values()) {
      Violation.unless(!run.overdue(now), "deadlines are kept", run.spec().run());
      if (!run.phase().ended()) {
        for (AssignmentId id : run.at(RunWitness.Place.RECEIPTED)) {
          onDisk(run, id);
        }
        for (AssignmentId id : run.at(RunWitness.Place.PASSED)) {
          onDisk(run, id);
        }
      }
    }
  }

  /** An update that still matters lies in the spool as it was receipted. */
  private void onDisk(RunWitness run, AssignmentId id) {
    if (run.contributions().size() <= run.round()) {
      Violation.unless(
          run.facts(id).equals(Optional.ofNullable(disk.spool().get(id))),
          "no receipted update is lost",
          id);
    }
  }

  private static void agree(RunState state, RunWitness run) {
    boolean same =
        state.phase() == run.phase()
            && state.current().equals(run.current())
            && state.open().round() == Math.max(0, run.round())
            && state.open().attempt() == run.attempt()
            && state.rounds().size() == run.contributions().size();
    Violation.unless(same, "state and journal tell the same", state);
    var cohort = state.open().cohort().values();
    expect(cohort, AssignmentStage.COUNTED, run.at(RunWitness.Place.PASSED));
    expect(cohort, AssignmentStage.RECEIVED, run.at(RunWitness.Place.RECEIPTED));
    Set<AssignmentId> live =
        state.open().live().stream().map(AssignmentRecord::id).collect(Collectors.toSet());
    Violation.unless(live.equals(run.at(RunWitness.Place.ASKED)), "who is asked is live", live);
    for (int i = 0; i < state.rounds().size(); i++) {
      Violation.unless(
          state.rounds().get(i).updates() == run.contributions().get(i)
              && state.rounds().get(i).round() == i,
          "committed rounds stay as they were",
          state.rounds().get(i));
    }
  }

  private static void expect(
      Collection<AssignmentRecord> cohort, AssignmentStage stage, Set<AssignmentId> right) {
    Set<AssignmentId> found =
        cohort.stream()
            .filter(record -> record.stage() == stage)
            .map(AssignmentRecord::id)
            .collect(Collectors.toSet());
    Violation.unless(found.equals(right), "state and journal agree on " + stage, found);
  }

  /** A receipt leaves the coordinator. */
  void receiptLeaves(AssignmentId id, Digest update) {
    Violation.unless(
        update.equals(receipt(id)),
        "a receipt leaves after its row is durable, always the same",
        id);
  }

  /** A submission of this update is answered by something else than a receipt. */
  void noReceipt(AssignmentId id, Digest update) {
    Violation.unless(
        !update.equals(receipt(id)), "a repeated submission gets the same receipt", id);
  }

  /** A node has its receipt. */
  void receiptArrives(AssignmentId id, Digest update) {
    delivered.put(id, update);
    delivered.forEach(
        (each, digest) ->
            Violation.unless(
                digest.equals(receipt(each)), "every receipt stays in the journal", each));
  }

  /** A node throws a finished update away. */
  void discarded(AssignmentId id) {
    boolean waitedFor = run(id.round().run()).filter(run -> run.waitsFor(id)).isPresent();
    Violation.unless(!waitedFor, "no finished update is thrown away while it is waited for", id);
  }

  /** The coordinator asks a node. */
  void offered(AssignmentId id) {
    Violation.unless(receipt(id) == null, "nobody is asked for what has a receipt", id);
  }

  /** Checkpoints vanish from the disk. */
  void dropped(Set<Digest> artifacts) {
    for (RunWitness run : runs.values()) {
      for (Checkpoint kept : run.keeps()) {
        Violation.unless(
            !artifacts.contains(kept.manifest().digest())
                && !artifacts.contains(kept.trained().digest()),
            "what a run goes on from, its best and what its plan keeps stay",
            run.spec().run());
      }
    }
  }

  private @Nullable Digest receipt(AssignmentId id) {
    RunWitness run = runs.get(id.round().run());
    return run == null ? null : run.receipts().get(id);
  }
}
