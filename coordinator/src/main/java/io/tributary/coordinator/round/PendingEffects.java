package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.plan.KeptCheckpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The work that states ask for. */
final class PendingEffects {
  private PendingEffects() {}

  static List<Effect> of(World world) {
    List<Effect> effects = new ArrayList<>();
    Set<Digest> kept = kept(world);
    for (RunState run : world.runs().values()) {
      offers(run, world.roster(), effects);
      work(run, effects);
      cleaning(run, kept, effects);
    }
    return effects;
  }

  /** Manifests and tensors of checkpoints that no retention throws away. */
  static Set<Digest> kept(World world) {
    Set<Digest> kept = new HashSet<>();
    world.runs().values().forEach(run -> keep(run, kept));
    return kept;
  }

  private static void offers(RunState run, Roster roster, List<Effect> effects) {
    if (!run.phase().active()) {
      return;
    }
    for (AssignmentRecord assignment : run.open().live()) {
      roster
          .find(assignment.node())
          .ifPresent(member -> effects.add(offer(run, assignment, member.session())));
    }
  }

  private static Effect offer(RunState run, AssignmentRecord assignment, long session) {
    String work = "offer/" + assignment.id() + "#" + run.open().drawn() + "@" + session;
    return new Effect.OfferAssignment(
        new EffectId(run.run(), work),
        assignment.id(),
        session,
        run.spec(),
        run.current(),
        closesAt(run),
        lastCounted(run, assignment.node()));
  }

  /** The node's last update that counted, where the plan lets a node go on from it. */
  private static Optional<AssignmentId> lastCounted(RunState run, NodeName node) {
    if (!run.plan().train().keepsState()) {
      return Optional.empty();
    }
    for (int i = run.rounds().size() - 1; i >= 0; i--) {
      for (AssignmentRecord record : run.rounds().get(i).cohort()) {
        if (record.node().equals(node) && record.stage() == AssignmentStage.COUNTED) {
          return Optional.of(record.id());
        }
      }
    }
    return Optional.empty();
  }

  private static Instant closesAt(RunState run) {
    Instant deadline = run.open().deadline().orElse(run.marks().at());
    return run.phase() == Phase.RECRUITING
        ? deadline.plus(run.plan().federation().deadlines().round())
        : deadline;
  }

  /** Judging, aggregating, evaluating; nothing while a run waits to try again after a failure. */
  static void work(RunState run, List<Effect> effects) {
    if (run.marks().nextTry().isPresent()) {
      return;
    }
    switch (run.phase()) {
      case RECRUITING, COLLECTING -> {
        for (AssignmentRecord assignment : run.open().in(AssignmentStage.RECEIVED)) {
          effects.add(judge(run, assignment));
        }
      }
      case AGGREGATING ->
          effects.add(
              new Effect.Aggregate(
                  id(run, "aggregate"),
                  round(run),
                  run.spec(),
                  run.current(),
                  counted(run),
                  nodes(run)));
      case EVALUATING ->
          effects.add(
              new Effect.Evaluate(
                  id(run, "evaluate"),
                  round(run),
                  run.spec(),
                  run.open().candidate().map(Candidate::checkpoint).orElse(run.current()),
                  Effect.Part.SELECTION));
      case TESTING -> {
        Best best = run.best().orElseThrow();
        effects.add(
            new Effect.Evaluate(
                id(run, "test"),
                new RoundId(run.run(), best.round()),
                run.spec(),
                best.checkpoint(),
                Effect.Part.TEST));
      }
      default -> {}
    }
  }

  private static Effect judge(RunState run, AssignmentRecord assignment) {
    long since = Math.max(assignment.sequence(), run.marks().retried());
    return new Effect.JudgeUpdate(
        new EffectId(run.run(), "judge/" + assignment.id() + "#" + since),
        assignment.id(),
        assignment.update().orElseThrow(),
        assignment.declaredExamples(),
        run.spec(),
        run.current());
  }

  private static List<AssignmentRecord> counted(RunState run) {
    return run.open().in(AssignmentStage.COUNTED).stream()
        .sorted((one, other) -> one.node().compareTo(other.node()))
        .toList();
  }

  /** All nodes of the federation: as the plan says, else those that were asked. */
  private static int nodes(RunState run) {
    int asked =
        (int) run.open().cohort().values().stream().map(AssignmentRecord::node).distinct().count();
    int named = run.plan().federation().cohort().nodes().size();
    return Math.max(
        asked, run.plan().train().algorithm().namedNodes().orElse(named > 0 ? named : asked));
  }

  private static EffectId id(RunState run, String work) {
    long since = Math.max(run.marks().entered(), run.marks().retried());
    return new EffectId(run.run(), run.open().round() + "/" + work + "#" + since);
  }

  private static RoundId round(RunState run) {
    return new RoundId(run.run(), run.open().round());
  }

  private static void cleaning(RunState run, Set<Digest> kept, List<Effect> effects) {
    int last = run.phase().ended() ? run.open().round() : run.rounds().size() - 1;
    if (last < 1) {
      return;
    }
    effects.add(
        new Effect.ClearSpool(
            new EffectId(run.run(), "clear/" + last), new RoundId(run.run(), last)));
    Set<Digest> drop = new HashSet<>();
    run.rounds().forEach(round -> add(drop, round.checkpoint()));
    run.open().candidate().ifPresent(candidate -> add(drop, candidate.checkpoint()));
    drop.removeAll(kept);
    if (!drop.isEmpty()) {
      String work = "retain/" + run.rounds().size() + "/" + Integer.toHexString(drop.hashCode());
      effects.add(new Effect.ApplyRetention(new EffectId(run.run(), work), drop));
    }
  }

  /**
   * While a run is not ended, what it needs to go on is kept whatever the plan says; where it was
   * stopped or failed its best stays, to be exported.
   */
  private static void keep(RunState run, Set<Digest> kept) {
    boolean goesOn = !run.phase().ended();
    Set<KeptCheckpoint> keep = run.plan().keep();
    if (goesOn || keep.contains(KeptCheckpoint.LAST)) {
      add(kept, run.current());
    }
    if (run.phase() != Phase.COMPLETED || keep.contains(KeptCheckpoint.BEST)) {
      run.best().ifPresent(best -> add(kept, best.checkpoint()));
    }
    if (goesOn) {
      run.open().candidate().ifPresent(candidate -> add(kept, candidate.checkpoint()));
    }
    if (keep.contains(KeptCheckpoint.ALL)) {
      run.rounds().forEach(round -> add(kept, round.checkpoint()));
    }
  }

  private static void add(Set<Digest> digests, Checkpoint checkpoint) {
    checkpoint.digests().forEach(digests::add);
  }
}
