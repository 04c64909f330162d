package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.plan.KeptCheckpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The work that states ask for. */
final class PendingEffects {
  private static final String JUDGE = "judge/";

  private PendingEffects() {}

  static List<Effect> of(World world) {
    return of(world, run -> 0, run -> true, run -> 0);
  }

  /**
   * The work of some kinds only.
   *
   * @param offers sequence of a run up to which offers are not wanted
   * @param cleaning runs whose cleaning is wanted
   * @param judged sequence up to which judging is not wanted
   */
  static List<Effect> of(
      World world,
      ToLongFunction<RunState> offers,
      Predicate<RunState> cleaning,
      ToLongFunction<RunState> judged) {
    boolean anyLeft = world.runs().values().stream().anyMatch(cleaning);
    Set<Digest> kept = anyLeft ? kept(world) : Set.of();
    List<Effect> effects = new ArrayList<>();
    for (RunState run : world.runs().values()) {
      offers(run, world.roster(), offers.applyAsLong(run), effects);
      work(run, judged.applyAsLong(run), effects);
      if (cleaning.test(run)) {
        cleaning(run, kept, effects);
      }
    }
    return effects;
  }

  /** Manifests and tensors of checkpoints that no retention throws away. */
  static Set<Digest> kept(World world) {
    Set<Digest> kept = new HashSet<>();
    world.runs().values().forEach(run -> keep(run, kept));
    return kept;
  }

  private static void offers(RunState run, Roster roster, long known, List<Effect> effects) {
    if (!run.phase().active() || known >= run.marks().sequence()) {
      return;
    }
    for (AssignmentRecord assignment : run.open().cohort().values()) {
      if (assignment.stage().live() && assignment.sequence() > known) {
        roster
            .find(assignment.node())
            .ifPresent(member -> effects.add(offer(run, assignment, member.session())));
      }
    }
  }

  private static Effect offer(RunState run, AssignmentRecord assignment, long session) {
    String work = "offer/" + assignment.id() + "#" + offered(run) + "@" + session;
    return new Effect.OfferAssignment(
        new EffectId(run.run(), work),
        assignment.id(),
        assignment.evaluates(),
        session,
        run.spec(),
        run.checkpointOf(assignment),
        closesAt(run, assignment),
        assignment.evaluates() ? Optional.empty() : lastCounted(run, assignment.node()));
  }

  /**
   * What makes an offer that was made to be made again: a draw, since it gives more time. Where
   * nodes are asked all the while, another attempt.
   */
  static String offered(RunState run) {
    if (!AsyncRound.is(run)) {
      return Long.toString(run.open().drawn());
    }
    int attempt = run.open().attempt();
    return attempt == 1 ? "first" : run.open().round() + "." + attempt;
  }

  /** The node's last update that counted, where the plan lets a node go on from it. */
  private static Optional<AssignmentId> lastCounted(RunState run, NodeName node) {
    return run.plan().keepsState() ? run.lastCounted(node) : Optional.empty();
  }

  private static Instant closesAt(RunState run, AssignmentRecord assignment) {
    Instant deadline = run.open().deadline().orElse(run.marks().at());
    Instant closes =
        switch (run.phase()) {
          case COLLECTING, EVALUATING_AT_SITES -> deadline;
          default -> deadline.plus(run.plan().federation().deadlines().round());
        };
    return closes.plus(AsyncRound.beyond(run, assignment));
  }

  /** Judging, aggregating, evaluating; nothing while a run waits to try again after a failure. */
  private static void work(RunState run, long judged, List<Effect> effects) {
    if (run.marks().nextTry().isPresent()) {
      return;
    }
    switch (run.phase()) {
      case RECRUITING, COLLECTING -> {
        if (run.open().count(AssignmentStage.RECEIVED) > 0) {
          for (AssignmentRecord assignment : toJudge(run)) {
            if (since(run, assignment) > judged) {
              effects.add(judge(run, assignment));
            }
          }
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
                  run.judged(),
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

  /**
   * The judging, aggregating or evaluating of this identity, if the state asks for it. Of a hundred
   * updates that wait to be judged only the one is looked at.
   */
  static Optional<Effect> find(RunState run, EffectId id) {
    if (!id.work().startsWith(JUDGE)) {
      List<Effect> effects = new ArrayList<>();
      work(run, 0, effects);
      return effects.stream().filter(effect -> effect.id().equals(id)).findFirst();
    }
    boolean judges =
        run.marks().nextTry().isEmpty()
            && (run.phase() == Phase.RECRUITING || run.phase() == Phase.COLLECTING);
    int end = id.work().lastIndexOf('#');
    if (!judges || end < JUDGE.length()) {
      return Optional.empty();
    }
    return assignment(id.work().substring(JUDGE.length(), end))
        .flatMap(known -> Optional.ofNullable(run.open().cohort().get(known)))
        .filter(record -> record.stage() == AssignmentStage.RECEIVED)
        .filter(record -> !AsyncRound.is(run) || toJudge(run).contains(record))
        .map(record -> judge(run, record))
        .filter(effect -> effect.id().equals(id));
  }

  private static Optional<AssignmentId> assignment(String text) {
    try {
      return Optional.of(AssignmentId.parse(text));
    } catch (FederationException e) {
      return Optional.empty(); // an identity that no state ever had
    }
  }

  private static Effect judge(RunState run, AssignmentRecord assignment) {
    return new Effect.JudgeUpdate(
        new EffectId(run.run(), JUDGE + assignment.id() + "#" + since(run, assignment)),
        assignment.id(),
        assignment.update().orElseThrow(),
        assignment.declaredExamples(),
        run.spec(),
        run.checkpointOf(assignment));
  }

  private static List<AssignmentRecord> toJudge(RunState run) {
    return AsyncRound.is(run)
        ? AsyncRound.nextToJudge(run).stream().toList()
        : run.open().in(AssignmentStage.RECEIVED);
  }

  /** When the judging of an update was asked for, first or again. */
  private static long since(RunState run, AssignmentRecord assignment) {
    long due = AsyncRound.is(run) ? AsyncRound.judgedSince(run, assignment) : assignment.sequence();
    return Math.max(due, run.marks().retried());
  }

  private static List<AssignmentRecord> counted(RunState run) {
    return run.open().in(AssignmentStage.COUNTED).stream()
        .sorted(Comparator.comparing(AssignmentRecord::node).thenComparing(AssignmentRecord::id))
        .toList();
  }

  /** All nodes of the federation: as the plan says, else those that were asked. */
  private static int nodes(RunState run) {
    int asked =
        (int) run.open().cohort().values().stream().map(AssignmentRecord::node).distinct().count();
    asked = Math.max(asked, run.open().count(AssignmentStage.COUNTED));
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
    if (clear(run, 0, effects)) {
      drop(run, 0, new HashSet<>(), kept, effects);
    }
  }

  /**
   * Clears the spool of rounds that are over, if there is any.
   *
   * @param from the first round whose updates may be left where others of their rounds are needed
   */
  private static boolean clear(RunState run, int from, List<Effect> effects) {
    int over = run.phase().ended() ? run.open().round() : run.rounds().size() - 1;
    int last = AsyncRound.is(run) && !run.phase().ended() ? AsyncRound.cleared(run) : over;
    if (last >= 1) {
      effects.add(
          new Effect.ClearSpool(
              new EffectId(run.run(), "clear/" + last), new RoundId(run.run(), last)));
    }
    if (last < over && over >= 1) {
      clearUpdates(run, over, AsyncRound.done(run, from, last), effects);
    }
    return over >= 1;
  }

  private static void clearUpdates(
      RunState run, int over, Set<AssignmentId> done, List<Effect> effects) {
    if (!done.isEmpty()) {
      effects.add(
          new Effect.ClearUpdates(
              new EffectId(run.run(), "updates/" + over), new RoundId(run.run(), over), done));
    }
  }

  /** The cleaning that a world asks for beside what an earlier state of it asked for. */
  static List<Effect> cleaningSince(Cleaned before, World world) {
    Set<Digest> kept = kept(world);
    Set<Digest> let = new HashSet<>(before.kept());
    List<Effect> effects = new ArrayList<>();
    for (RunState run : world.runs().values()) {
      int from = before.rounds().getOrDefault(run.run(), 0);
      if (clear(run, from, effects)) {
        drop(run, from, let, kept, effects);
        let = new HashSet<>();
      }
    }
    return effects;
  }

  /**
   * Names what no run keeps.
   *
   * @param from the first round whose checkpoint may be among it
   * @param more that may be among it
   */
  private static void drop(
      RunState run, int from, Set<Digest> more, Set<Digest> kept, List<Effect> effects) {
    Set<Digest> drop = new HashSet<>(more);
    run.rounds()
        .subList(Math.min(from, run.rounds().size()), run.rounds().size())
        .forEach(round -> add(drop, round.checkpoint()));
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
      keepBegun(run, kept);
      run.open().candidate().ifPresent(candidate -> add(kept, candidate.checkpoint()));
    }
    if (keep.contains(KeptCheckpoint.ALL)) {
      run.rounds().forEach(round -> add(kept, round.checkpoint()));
    }
  }

  /** What nodes at work began from, and updates that wait are judged by. */
  private static void keepBegun(RunState run, Set<Digest> kept) {
    if (AsyncRound.is(run)) {
      run.open().cohort().values().stream()
          .filter(AsyncRound::goesOn)
          .forEach(record -> add(kept, run.checkpointOf(record)));
    }
  }

  private static void add(Set<Digest> digests, Checkpoint checkpoint) {
    checkpoint.digests().forEach(digests::add);
  }
}
