package io.tributary.coordinator.round;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One decision in the making: the world as it becomes, and what was staged on the way. */
final class Step {
  /**
   * Who was served longest ago draws first; of those served at one instant, who has come less far.
   */
  private static final Comparator<RunState> TURNS =
      Comparator.comparing((RunState run) -> run.marks().served())
          .thenComparing(run -> run.open().round())
          .thenComparing(RunState::run);

  private final SortedMap<RunId, RunState> runs;
  private final List<Staged> staged = new ArrayList<>();
  private final List<Effect> messages = new ArrayList<>();
  private final Touched touched = new Touched();
  private final Instant now;
  private Roster roster;

  Step(World world, Instant now) {
    this.runs = new TreeMap<>(world.runs());
    this.roster = world.roster();
    Instant latest = world.latest();
    this.now = now.isBefore(latest) ? latest : now;
  }

  Instant now() {
    return now;
  }

  Roster roster() {
    return roster;
  }

  /** A node came or went. */
  void roster(Roster next, NodeName node) {
    roster = next;
    touched.node(node);
  }

  Optional<RunState> find(RunId run) {
    return Optional.ofNullable(runs.get(run));
  }

  RunState run(RunId run) {
    return find(run).orElseThrow();
  }

  List<RunState> all() {
    return List.copyOf(runs.values());
  }

  /** Stages a transition and lets the run become it. */
  void stage(RunId run, Transition transition) {
    Optional<RunState> before = find(run);
    long sequence = before.map(state -> state.marks().sequence()).orElse(0L) + 1;
    var place = new Staged(run, sequence, now, transition);
    runs.put(run, RunFold.apply(before, place));
    staged.add(place);
    touched.take(transition);
  }

  /** Tells a connected node that an assignment is over. */
  void cancel(AssignmentId assignment, String reason) {
    roster
        .find(assignment.node())
        .ifPresent(
            member -> {
              String work = "cancel/" + assignment + "@" + member.session();
              var id = new EffectId(assignment.round().run(), work);
              messages.add(new Effect.CancelAssignment(id, assignment, member.session(), reason));
            });
  }

  /** Stages a transition that ends open assignments, and tells their nodes. */
  void stageEnding(RunId run, Transition transition, String reason) {
    List<AssignmentRecord> live = run(run).open().live();
    stage(run, transition);
    for (AssignmentRecord assignment : live) {
      cancel(assignment.id(), reason);
    }
  }

  Answer take(RoundEvent event) {
    if (event instanceof RoundEvent.OfNode ofNode) {
      return new NodeEvents(this).take(ofNode);
    }
    if (event instanceof RoundEvent.OfOperator ofOperator) {
      return new OperatorEvents(this).take(ofOperator);
    }
    if (event instanceof RoundEvent.OfEffect ofEffect) {
      return new ResultEvents(this).take(ofEffect);
    }
    if (event instanceof RoundEvent.Restarted restarted) {
      for (RunState run : all()) {
        if (!run.phase().ended()) {
          stage(run.run(), new Transition.CoordinatorStarted(restarted.epoch()));
        }
      }
    }
    if (event instanceof RoundEvent.DefectFound defect) {
      return defect(defect);
    }
    touched.everybody(); // time passed
    return Answer.done();
  }

  private Answer defect(RoundEvent.DefectFound defect) {
    if (find(defect.run()).filter(run -> run.phase().active()).isPresent()) {
      stage(defect.run(), new Transition.RunPaused(Phase.PAUSED_FAULT, defect.sentence()));
    }
    return new Answer.Refused(ErrorKind.INTERNAL, defect.sentence());
  }

  /** Lets every run go as far as it can by itself, those served longest ago first. */
  void settle() {
    var progress = new Progress(this);
    for (RunState run : all()) {
      progress.advance(run.run());
    }
    List<RunId> recruiting = inTurn(runs, Step::asks);
    if (recruiting.isEmpty()) {
      return;
    }
    Set<NodeName> taken = few().isPresent() ? new HashSet<>() : taken(runs);
    for (RunId run : recruiting) {
      taken.addAll(progress.recruit(run, taken));
    }
  }

  /**
   * The nodes of which alone it may be that they can be asked, where these are few: one run alone
   * goes on, asks each node for itself, and gives none a place that another one left.
   */
  Optional<NavigableSet<NodeName>> few() {
    List<RunState> open = runs.values().stream().filter(run -> !run.phase().ended()).toList();
    boolean alone = open.size() == 1 && AsyncRound.asksEachAlone(open.get(0));
    return alone ? touched.alone() : Optional.empty();
  }

  Decision decision(Answer answer) {
    return new Decision(new RoundMachine(new World(runs, roster)), staged, messages, answer);
  }

  static Optional<String> waiting(World world, RunId wanted) {
    List<RunId> recruiting = inTurn(world.runs(), run -> run.phase() == Phase.RECRUITING);
    if (!recruiting.contains(wanted)) {
      return Optional.empty();
    }
    Set<NodeName> taken = taken(world.runs());
    for (RunId id : recruiting) {
      RunState run = world.find(id).orElseThrow();
      Optional<Shortage> shortage = Selector.choose(run, world.roster(), taken, false).shortage();
      if (id.equals(wanted)) {
        return shortage.map(Shortage::sentence);
      }
      shortage.ifPresent(s -> taken.addAll(s.reserved()));
    }
    return Optional.empty();
  }

  /** Nodes that work on an assignment of an active run. */
  Set<NodeName> taken() {
    return taken(runs);
  }

  private static Set<NodeName> taken(SortedMap<RunId, RunState> runs) {
    Set<NodeName> taken = new HashSet<>();
    for (RunState run : runs.values()) {
      if (run.phase().active()) {
        run.open().live().forEach(assignment -> taken.add(assignment.node()));
      }
    }
    return taken;
  }

  /** Whether a run may ask nodes now: one without a barrier does so all the while. */
  private static boolean asks(RunState run) {
    return run.phase() == Phase.RECRUITING
        || (run.phase() == Phase.COLLECTING && AsyncRound.is(run));
  }

  private static List<RunId> inTurn(SortedMap<RunId, RunState> runs, Predicate<RunState> wanted) {
    return runs.values().stream().filter(wanted).sorted(TURNS).map(RunState::run).toList();
  }
}
