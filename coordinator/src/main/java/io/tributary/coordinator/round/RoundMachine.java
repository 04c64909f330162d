package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Decides what becomes of events; an immutable value, so that decisions can be staged on a
 * provisional machine and thrown away. Knows no clock: a decision's time is given, and never goes
 * back behind the journal's newest.
 *
 * <pre>
 * from          to             when
 * (none)        EVALUATING     a run is asked for: round 0 evaluates the untouched base
 * EVALUATING    COMMITTED      figures are in and finite; else FAILED, and the last checkpoint stays
 * EVALUATING    EVALUATING_AT_SITES        the same where sites evaluate too; where only they do, this
 *                              phase stands in the other's place
 * EVALUATING_AT_SITES  COMMITTED           all that were asked have answered, or the deadline, with at
 *                              least the quorum; without it only where the sites' figures don't choose
 * EVALUATING_AT_SITES  PAUSED_TOO_FEW_NODES  else, at the deadline
 * COMMITTED     RECRUITING     no stop rule fires: the next round opens
 * COMMITTED     TESTING        rounds, patience or target, and there is a test part
 * COMMITTED     COMPLETED      the same without a test part
 * TESTING       COMPLETED      the test part's figures are in
 * RECRUITING    COLLECTING     enough nodes: a cohort is drawn or extended;
 *                              or at the deadline those still working may yet make the quorum
 * RECRUITING    AGGREGATING    an extended round has what it needs
 * RECRUITING    PAUSED_TOO_FEW_NODES       the recruiting deadline passes with too few
 * COLLECTING    AGGREGATING    all in; or all ended, or the deadline, with at least the quorum
 * COLLECTING    RECRUITING     all ended, or the deadline, below the quorum: attempt + 1
 * COLLECTING    PAUSED_ATTEMPTS_EXHAUSTED  the same after the plan's last attempt
 * AGGREGATING   EVALUATING     the candidate is durable; non-finite: FAILED
 * (active)      PAUSED_FAULT   the coordinator's own work failed for good, or eight times
 * (active)      PAUSED_ON_REQUEST, STOPPED    an operator wants it
 * (held)        where it was   an operator resumes: same round, attempts counted anew
 * </pre>
 *
 * Where nodes work at their own pace ({@code federation.mode: async}) a round is a buffer that
 * fills: COLLECTING draws too, AGGREGATING and EVALUATING take updates, and assignments go on in
 * the next round, until they are too old.
 *
 * <p>A deterministic plan waits for its whole cohort up to the deadline, asks again those that may
 * be asked again, and says so when the promise had to be given up. What comes late or twice is
 * answered, never thrown: {@link Answer.Stale}, or the same receipt again. Runs take turns at the
 * nodes: who was served longest ago draws first.
 */
public final class RoundMachine {
  private final World world;

  public RoundMachine(World world) {
    this.world = requireNonNull(world, "world");
  }

  public World world() {
    return world;
  }

  /** What becomes of one event; changes nothing. */
  public Decision decide(RoundEvent event, Instant now) {
    Step step = new Step(world, now);
    Answer answer = step.take(event);
    step.settle();
    return step.decision(answer);
  }

  /** All work that the state asks for, derived from nothing else. */
  public List<Effect> effects() {
    return PendingEffects.of(world);
  }

  /**
   * The same of some kinds only, for who has executed the others: offers follow from a run's newest
   * draw and from who is connected, cleaning from its committed rounds and from its end, judging
   * from the transition by which an update came or all work was asked for again.
   *
   * @param offers sequence of a run up to which offers were executed; what was only changed since
   *     is among them too
   * @param cleaning runs whose cleaning is wanted
   * @param judged sequence of a run up to which judging was executed
   */
  public List<Effect> effects(
      ToLongFunction<RunState> offers,
      Predicate<RunState> cleaning,
      ToLongFunction<RunState> judged) {
    return PendingEffects.of(world, offers, cleaning, judged);
  }

  /** What makes the offers of a run that were made to be made again, where it changes. */
  public static String offered(RunState run) {
    return PendingEffects.offered(run);
  }

  /** The cleaning that is asked for beside what {@link #effects()} of an earlier machine named. */
  public List<Effect> cleaningSince(Cleaned earlier) {
    return PendingEffects.cleaningSince(earlier, world);
  }

  /** How far the cleaning of this machine's effects goes. */
  public Cleaned cleaned() {
    return Cleaned.of(world);
  }

  /** When time alone changes something. */
  public Optional<Instant> wakeAt() {
    return world.runs().values().stream()
        .filter(run -> run.phase().active())
        .flatMap(RoundMachine::wakeAt)
        .min(Instant::compareTo);
  }

  /** While an update is judged its round does not close, so its deadline alone changes nothing. */
  private static Stream<Instant> wakeAt(RunState run) {
    boolean judging = run.open().count(AssignmentStage.RECEIVED) > 0;
    return Stream.concat(
        judging ? Stream.empty() : run.open().deadline().stream(), run.marks().nextTry().stream());
  }

  /** Why a recruiting run has not drawn its cohort yet, for an operator. */
  public Optional<String> waiting(RunId run) {
    return Step.waiting(world, run);
  }
}
