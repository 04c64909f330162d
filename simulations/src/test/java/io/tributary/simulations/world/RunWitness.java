package io.tributary.simulations.world;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.Candidate;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.DrawnNode;
import io.tributary.coordinator.round.Judgement;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.plan.KeptCheckpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads one run's journal as a suspicious clerk would: an own, plain account of what the rows mean,
 * held against each new row. It shares no code with the fold that it watches over.
 */
final class RunWitness {
  /** Where an assignment of the open round stands. */
  enum Place {
    ASKED,
    RECEIPTED,
    PASSED,
    REFUSED,
    OVER
  }

  private final RunSpec spec;
  private final SortedMap<AssignmentId, Place> places = new TreeMap<>();
  private final SortedMap<AssignmentId, UpdateFacts> passed = new TreeMap<>();
  private final Map<AssignmentId, Digest> receipts = new HashMap<>();
  private final Map<AssignmentId, UpdateFacts> facts = new HashMap<>();
  private final Set<NodeName> closedNodes = new HashSet<>();
  private final SitesWitness sites;
  private final AsyncWitness async;
  private final List<Integer> contributions = new ArrayList<>();
  private final Standings standings = new Standings();
  private final Troubles troubles = new Troubles();
  private Phase phase = Phase.CREATED;
  private Phase heldFrom = Phase.CREATED;
  private Checkpoint current;
  private Optional<Candidate> candidate = Optional.empty();
  private boolean evaluated;
  private int round = -1;
  private int attempt = 1;
  private int firstAttempt = 1;
  private int target;
  private long sequence;
  private Instant since;
  private Instant latest;
  private Instant served;

  RunWitness(Staged created) {
    this.spec = ((Transition.RunCreated) created.transition()).spec();
    this.sites = new SitesWitness(spec);
    this.async = new AsyncWitness(spec, places);
    this.current = spec.zero();
    this.since = created.at();
    this.latest = created.at();
    this.served = created.at();
    this.sequence = 1;
    require(created.sequence() == 1, "a run begins with its creation", created);
  }

  RunSpec spec() {
    return spec;
  }

  Phase phase() {
    return phase;
  }

  int round() {
    return round;
  }

  int attempt() {
    return attempt;
  }

  Checkpoint current() {
    return current;
  }

  Optional<Candidate> candidate() {
    return candidate;
  }

  /** Checkpoints of committed rounds, from round 0 on. */
  List<Checkpoint> committed() {
    return standings.rounds();
  }

  /** Checkpoints that nobody may throw away now. */
  Set<Checkpoint> keeps() {
    Set<Checkpoint> keeps = standings.keeps(spec.plan().keep(), phase);
    if (!phase.ended()) {
      keeps.add(current);
      keeps.addAll(async.begun(committed()));
      candidate.map(Candidate::checkpoint).ifPresent(keeps::add);
    } else if (spec.plan().keep().contains(KeptCheckpoint.LAST)) {
      keeps.add(current);
    }
    return keeps;
  }

  /** How many updates counted in each committed round, from round 0 on. */
  List<Integer> contributions() {
    return contributions;
  }

  Map<AssignmentId, Digest> receipts() {
    return receipts;
  }

  /** The receipted update of the open round. */
  Optional<UpdateFacts> facts(AssignmentId id) {
    return Optional.ofNullable(facts.get(id));
  }

  /** Assignments of the open round that stand at a place. */
  Set<AssignmentId> at(Place place) {
    return places.entrySet().stream()
        .filter(e -> e.getValue() == place)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  boolean waitsFor(AssignmentId id) {
    return !phase.ended() && places.get(id) == Place.ASKED;
  }

  /** When it last drew, or began. */
  Instant served() {
    return served;
  }

  /** Whether the open round may ask this node now, were it free. */
  boolean mayAsk(NodeName node) {
    List<NodeName> named = spec.plan().federation().cohort().nodes();
    boolean idle =
        places.entrySet().stream()
            .filter(e -> e.getKey().node().equals(node) && concerns(e.getKey(), e.getValue()))
            .allMatch(e -> e.getValue() == Place.OVER || e.getValue() == Place.REFUSED);
    return (named.isEmpty() || named.contains(node)) && !closedNodes.contains(node) && idle;
  }

  /** What came of an older round is no matter of this one; who is at work still is busy. */
  private boolean concerns(AssignmentId id, Place place) {
    return id.round().round() == round || place == Place.ASKED;
  }

  /** How many nodes it waits for while it recruits. */
  int wanted() {
    var cohort = spec.plan().federation().cohort();
    int named = cohort.nodes().size();
    int whole = Math.min(named, Math.max(quorum(), (int) Math.ceil(cohort.fraction() * named)));
    boolean fixed = spec.plan().deterministic() && named > 0;
    int all = async.is() ? 1 : target > 0 ? target : fixed ? whole : quorum();
    return Math.max(1, all - passed.size());
  }

  /** Whether the run should have acted on a deadline by now. */
  boolean overdue(Instant now) {
    boolean gathers = gathering() && at(Place.RECEIPTED).isEmpty() && !now.isBefore(deadline());
    boolean sites = phase == Phase.EVALUATING_AT_SITES && !now.isBefore(deadline());
    return gathers || sites || troubles.overdue(now);
  }

  void take(Staged row) {
    require(row.sequence() == ++sequence, "rows are numbered without gaps", row);
    require(!row.at().isBefore(latest), "time never goes back", row);
    require(!phase.ended(), "nothing follows the end of a run", row);
    async.after(latest);
    latest = row.at();
    troubles.take(row);
    Transition t = row.transition();
    if (phase.held()) {
      boolean allowed =
          t instanceof Transition.RunResumed
              || t instanceof Transition.RunStopped
              || t instanceof Transition.RunFailed
              || t instanceof Transition.CoordinatorStarted;
      require(allowed, "a held run waits", row);
    }
    if (!assignments(row, t) && !sites.take(row, t, this) && !rounds(row, t)) {
      lives(row, t);
    }
  }

  private boolean assignments(Staged row, Transition t) {
    if (t instanceof Transition.CohortDrawn drawn) {
      drawn(row, drawn);
    } else if (t instanceof Transition.AssignmentAccepted accepted) {
      require(places.get(accepted.assignment()) == Place.ASKED, "only who is asked accepts", row);
    } else if (t instanceof Transition.AssignmentDeclined declined) {
      over(row, declined.assignment(), declined.askAgain());
    } else if (t instanceof Transition.AssignmentFailed failed) {
      over(row, failed.assignment(), failed.askAgain());
    } else if (t instanceof Transition.UpdateReceipted receipted) {
      AssignmentId id = receipted.assignment();
      require(gathering() || async.takes(phase), "updates are taken while gathered", row);
      require(places.get(id) == Place.ASKED, "one receipt, and only for who is asked", row);
      places.put(id, Place.RECEIPTED);
      async.receipted(id);
      require(receipts.put(id, receipted.facts().digest()) == null, "one receipt", row);
      facts.put(id, receipted.facts());
    } else if (t instanceof Transition.UpdateJudged judged) {
      judged(row, judged);
    } else {
      return false;
    }
    return true;
  }

  private void drawn(Staged row, Transition.CohortDrawn drawn) {
    boolean more = async.is() && phase == Phase.COLLECTING;
    require(phase == Phase.RECRUITING || more, "nodes are drawn while recruiting", row);
    require(drawn.attempt() == attempt, "nodes are drawn for the present attempt", row);
    List<NodeName> named = spec.plan().federation().cohort().nodes();
    for (DrawnNode node : drawn.nodes()) {
      NodeName name = node.node();
      require(named.isEmpty() || named.contains(name), "only named nodes are drawn", row);
      require(!closedNodes.contains(name), "who must not be asked again is not", row);
      places.forEach(
          (id, place) ->
              require(
                  !id.node().equals(name)
                      || !concerns(id, place)
                      || place == Place.OVER
                      || place == Place.REFUSED,
                  "no node is asked for what it gave or still makes",
                  row));
      var id = new AssignmentId(id(), attempt, name);
      require(places.put(id, Place.ASKED) == null, "a node is asked once an attempt", row);
    }
    target = drawn.target();
    served = row.at();
    if (!more) {
      enter(Phase.COLLECTING, row);
    }
  }

  /** Where assignments of the open round stand; what evaluates is among them. */
  SortedMap<AssignmentId, Place> places() {
    return places;
  }

  AsyncWitness async() {
    return async;
  }

  RoundId id() {
    return new RoundId(spec.run(), round);
  }

  private void over(Staged row, AssignmentId id, boolean askAgain) {
    require(places.get(id) == Place.ASKED, "only open assignments end", row);
    places.put(id, Place.OVER);
    if (!askAgain && id.round().round() == round) {
      (sites.asked(id) ? sites.closed() : closedNodes).add(id.node());
    }
  }

  private void judged(Staged row, Transition.UpdateJudged judged) {
    AssignmentId id = judged.assignment();
    require(places.get(id) == Place.RECEIPTED, "judged once, after the receipt", row);
    UpdateFacts update = requireNonNull(facts.get(id), "facts");
    async.judged(row, id);
    Digest base = committed().get(id.round().round() - 1).manifest().digest();
    Judgement right = Content.judge(update, base, Content.DECLARED);
    require(right.equals(judged.judgement()), "the gate's own word is journaled", row);
    if (right instanceof Judgement.Passed) {
      places.put(id, Place.PASSED);
      require(async.first(id, passed.keySet()), "a node counts once a round", row);
      passed.put(id, update);
    } else {
      places.put(id, Place.REFUSED);
      if (id.round().round() == round) {
        closedNodes.add(id.node());
      }
    }
  }

  private boolean rounds(Staged row, Transition t) {
    if (t instanceof Transition.RoundOpened opened) {
      opened(row, opened);
    } else if (t instanceof Transition.AttemptExtended extended) {
      require(phase == Phase.COLLECTING, "who collects extends", row);
      require(extended.attempt() == attempt + 1, "attempts only extend", row);
      require(mayEnd(row), "no attempt ends before its time", row);
      require(!complete(), "what is complete is not extended", row);
      attempt = extended.attempt();
      require(attempt - firstAttempt < attempts(), "the plan's attempts are its limit", row);
      enter(Phase.RECRUITING, row);
    } else if (t instanceof Transition.CollectionClosed closed) {
      closed(row, closed);
    } else if (t instanceof Transition.AggregationFinished finished) {
      require(phase == Phase.AGGREGATING, "aggregated once, after collecting", row);
      Candidate right = Content.aggregate(current, round, passed);
      require(right.equals(finished.candidate()), "candidate of base and what counted", row);
      candidate = Optional.of(right);
      enter(evaluating(), row);
    } else if (t instanceof Transition.EvaluationFinished) {
      require(phase == Phase.EVALUATING && !evaluated, "a candidate is evaluated once", row);
      evaluated = true;
      if (spec.plan().evaluation().places().atSites()) {
        enter(Phase.EVALUATING_AT_SITES, row);
      }
    } else if (t instanceof Transition.RoundCommitted committed) {
      committed(row, committed);
    } else {
      return false;
    }
    return true;
  }

  private void opened(Staged row, Transition.RoundOpened opened) {
    require(opened.round() == round + 1, "rounds follow each other", row);
    require(round < 0 || phase == Phase.COMMITTED, "a round follows a committed one", row);
    require(opened.round() <= spec.plan().federation().rounds(), "no round too many", row);
    standings.settled(row);
    require(
        opened.checkpoint().equals(current.manifest().digest()),
        "a round opens from what the one before committed",
        row);
    round = opened.round();
    attempt = 1;
    firstAttempt = 1;
    target = 0;
    evaluated = false;
    candidate = Optional.empty();
    async.open(round);
    passed.clear();
    facts.keySet().retainAll(places.keySet());
    closedNodes.clear();
    sites.open();
    enter(round == 0 ? evaluating() : Phase.RECRUITING, row);
  }

  private void closed(Staged row, Transition.CollectionClosed closed) {
    require(gathering(), "who gathers closes", row);
    boolean waits = !async.is() && !at(Place.RECEIPTED).isEmpty();
    require(!waits, "nothing receipted is left unjudged", row);
    require(async.fits(passed.size()), "a buffer holds no more than it should", row);
    require(Set.copyOf(closed.counted()).equals(at(Place.PASSED)), "all that passed counts", row);
    require(passed.size() >= quorum(), "no round closes below its quorum", row);
    require(phase == Phase.RECRUITING || complete() || mayEnd(row), "no round closes early", row);
    if (!async.is()) {
      nobodyIsAsked();
    }
    enter(Phase.AGGREGATING, row);
  }

  private void committed(Staged row, Transition.RoundCommitted committed) {
    var where = spec.plan().evaluation().places();
    boolean done = (evaluated || !where.atCentre()) && (sites.done() || !where.atSites());
    require(evaluating(phase) && done, "only what was evaluated is committed", row);
    Checkpoint right = candidate.map(Candidate::checkpoint).orElse(current);
    require(round == 0 || candidate.isPresent(), "a candidate is committed", row);
    require(committed.round() == round, "the open round is committed", row);
    require(
        committed.checkpoint().equals(right.manifest().digest()),
        "the candidate is what is committed",
        row);
    current = right;
    double figure = where.sitesChoose() ? sites.share() : Content.figures(right, true).macroF1();
    standings.committed(round, right, figure);
    contributions.add(passed.size());
    enter(Phase.COMMITTED, row);
  }

  private void lives(Staged row, Transition t) {
    if (t instanceof Transition.RunPaused paused) {
      boolean tooFew =
          paused.phase() == Phase.PAUSED_ATTEMPTS_EXHAUSTED
              || paused.phase() == Phase.PAUSED_TOO_FEW_NODES;
      boolean quorate =
          phase == Phase.EVALUATING_AT_SITES ? sites.quorate() : passed.size() >= quorum();
      require(!tooFew || !quorate, "no run with its quorum gives up", row);
      require(paused.phase().held(), "held phases hold", row);
      heldFrom = phase;
      phase = paused.phase();
    } else if (t instanceof Transition.RunResumed resumed) {
      resumed(row, resumed);
    } else if (t instanceof Transition.CoordinatorStarted) {
      since = row.at();
    } else if (t instanceof Transition.RoundsEnded) {
      require(phase == Phase.COMMITTED, "rounds end after a commit", row);
      standings.settled(row);
      nobodyIsAsked();
      phase = Phase.TESTING;
    } else if (t instanceof Transition.BestMoved moved) {
      require(phase == Phase.COMMITTED, "the best moves after a commit", row);
      standings.moved(row, moved);
    } else if (t instanceof Transition.TestEvaluated tested) {
      require(phase == Phase.TESTING, "the test part is read at the end", row);
      standings.tested(row, tested);
    } else if (t instanceof Transition.RunCompleted) {
      require(phase == Phase.COMMITTED || phase == Phase.TESTING, "runs end after a commit", row);
      standings.settled(row);
      require(
          standings.isTested() == spec.test(), "the test part is read once if there is one", row);
      end(Phase.COMPLETED);
    } else if (t instanceof Transition.RunStopped) {
      end(Phase.STOPPED);
    } else if (t instanceof Transition.RunFailed) {
      end(Phase.FAILED);
    }
  }

  private void resumed(Staged row, Transition.RunResumed resumed) {
    require(phase.held(), "only held runs are resumed", row);
    int step = resumed.attempt() - attempt;
    require(step == 0 || step == 1, "attempts only extend", row);
    boolean gathered = heldFrom == Phase.RECRUITING || heldFrom == Phase.COLLECTING;
    boolean gathers = resumed.phase() == Phase.RECRUITING || resumed.phase() == Phase.COLLECTING;
    require(gathered ? gathers : resumed.phase() == heldFrom, "goes on in the same round", row);
    attempt = resumed.attempt();
    firstAttempt = attempt;
    closedNodes.clear();
    sites.forgive();
    enter(resumed.phase(), row);
  }

  private void end(Phase ended) {
    nobodyIsAsked();
    phase = ended;
  }

  private void nobodyIsAsked() {
    async.nobodyIsAsked(contributions.size() > round);
  }

  private void enter(Phase next, Staged row) {
    phase = next;
    since = row.at();
  }

  /** Where a candidate is evaluated first. */
  private Phase evaluating() {
    boolean central = spec.plan().evaluation().places().atCentre();
    return central ? Phase.EVALUATING : Phase.EVALUATING_AT_SITES;
  }

  private static boolean evaluating(Phase phase) {
    return phase == Phase.EVALUATING || phase == Phase.EVALUATING_AT_SITES;
  }

  private boolean gathering() {
    return phase == Phase.RECRUITING || phase == Phase.COLLECTING;
  }

  /** Every open assignment has ended, or time is up. */
  boolean mayEnd(Staged row) {
    return at(Place.ASKED).isEmpty() || !row.at().isBefore(deadline()) || async.quiet(row);
  }

  private boolean complete() {
    return target > 0 && passed.size() >= Math.max(target, quorum());
  }

  private Instant deadline() {
    if (phase == Phase.EVALUATING_AT_SITES) {
      return since.plus(spec.plan().evaluation().places().deadline());
    }
    var deadlines = spec.plan().federation().deadlines();
    return since.plus(phase == Phase.RECRUITING ? deadlines.recruit() : deadlines.round());
  }

  private int quorum() {
    return spec.plan().federation().cohort().quorum();
  }

  private int attempts() {
    return spec.plan().federation().attempts();
  }

  private static void require(boolean holds, String invariant, Staged row) {
    Violation.unless(holds, invariant, row);
  }
}
