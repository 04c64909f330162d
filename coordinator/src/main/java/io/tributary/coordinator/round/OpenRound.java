package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The round that a run is in.
 *
 * @param attempt counts from 1 within the round and never goes back
 * @param firstAttempt the attempt from which the plan's allowance counts; a resume moves it
 * @param target counted updates that close the round before its deadline; 0 before the first draw
 * @param drawn sequence of the last draw; 0 before the first
 * @param deadline of recruiting, collecting or the sites' evaluation
 * @param cohort all assignments; those that evaluate come after those that train
 * @param sites how the candidate did at the sites
 */
public record OpenRound(
    int round,
    int attempt,
    int firstAttempt,
    int target,
    long drawn,
    Instant opened,
    Optional<Instant> deadline,
    SortedMap<AssignmentId, AssignmentRecord> cohort,
    Optional<Candidate> candidate,
    Optional<Figures> figures,
    Optional<SitesRecord> sites) {
  public OpenRound {
    requireNonNull(opened, "opened");
    requireNonNull(deadline, "deadline");
    cohort = Cohort.of(cohort);
    requireNonNull(candidate, "candidate");
    requireNonNull(figures, "figures");
    requireNonNull(sites, "sites");
  }

  static OpenRound of(int round, Instant opened, Optional<Instant> deadline) {
    return new OpenRound(
        round,
        1,
        1,
        0,
        0,
        opened,
        deadline,
        Cohort.EMPTY,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Attempts used since the round opened or the run was last resumed. */
  public int attemptsUsed() {
    return attempt - firstAttempt + 1;
  }

  /** Assignments to train that stand in a stage. */
  public List<AssignmentRecord> in(AssignmentStage stage) {
    return cohort.values().stream().filter(a -> a.stage() == stage && !a.evaluates()).toList();
  }

  /** Assignments to evaluate the candidate. */
  public List<AssignmentRecord> evaluations() {
    return cohort.values().stream().filter(AssignmentRecord::evaluates).toList();
  }

  /**
   * Assignments whose updates lie in the spool: all that came, but for refused ones of older
   * rounds, of which nobody needs the round's spool any more.
   */
  public List<AssignmentRecord> spooled() {
    return cohort.values().stream()
        .filter(a -> a.update().isPresent())
        .filter(a -> a.stage() != AssignmentStage.REFUSED || a.id().round().round() == round)
        .toList();
  }

  /** Assignments whose update or evaluation may still come. */
  public List<AssignmentRecord> live() {
    return cohort.values().stream().filter(a -> a.stage().live()).toList();
  }

  /** How many assignments to train stand in a stage. */
  int count(AssignmentStage stage) {
    return Cohort.of(cohort).count(stage);
  }

  /** How many updates may still come. */
  int awaited() {
    return count(AssignmentStage.OFFERED) + count(AssignmentStage.ACCEPTED);
  }
}
