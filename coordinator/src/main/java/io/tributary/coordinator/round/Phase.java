package io.tributary.coordinator.round;

/** Where a run stands; every phase belongs to one group, and nobody compares ordinals. */
public enum Phase {
  /** Journaled, nothing opened. */
  CREATED(Group.ACTIVE, "recruiting"),
  /** Waits for enough nodes to draw or extend the round's cohort. */
  RECRUITING(Group.ACTIVE, "recruiting"),
  /** The cohort works; updates come in. */
  COLLECTING(Group.ACTIVE, "collecting"),
  /** The counted updates become a candidate. */
  AGGREGATING(Group.ACTIVE, "aggregating"),
  /** The candidate (round 0: the untouched base) is evaluated on the selection part. */
  EVALUATING(Group.ACTIVE, "evaluating"),
  /** Sites evaluate it, each on its own validation part. */
  EVALUATING_AT_SITES(Group.ACTIVE, "evaluating"),
  /** The round is committed; what comes next is decided in the same breath. */
  COMMITTED(Group.ACTIVE, "evaluating"),
  /** Rounds are over; the best checkpoint is evaluated on the test part. */
  TESTING(Group.ACTIVE, "evaluating"),
  /** An operator holds the run. */
  PAUSED_ON_REQUEST(Group.HELD, "paused"),
  /** Too few nodes up to the recruiting deadline. */
  PAUSED_TOO_FEW_NODES(Group.HELD, "paused"),
  /** Below the quorum after the plan's last attempt. */
  PAUSED_ATTEMPTS_EXHAUSTED(Group.HELD, "paused"),
  /** The coordinator could not aggregate, evaluate or judge. */
  PAUSED_FAULT(Group.HELD, "paused"),
  /** All rounds done, or a stop rule fired. */
  COMPLETED(Group.ENDED, "completed"),
  /** Ended by an operator. */
  STOPPED(Group.ENDED, "stopped"),
  /** Can't go on; the last good checkpoint stays. */
  FAILED(Group.ENDED, "failed");

  /** What can still happen to a run. */
  public enum Group {
    /** Goes on by itself. */
    ACTIVE,
    /** Goes on when an operator resumes it. */
    HELD,
    /** Never goes on. */
    ENDED
  }

  private final Group group;
  private final String token;

  Phase(Group group, String token) {
    this.group = group;
    this.token = token;
  }

  public Group group() {
    return group;
  }

  /** The word that operators see. */
  public String token() {
    return token;
  }

  public boolean active() {
    return group == Group.ACTIVE;
  }

  public boolean held() {
    return group == Group.HELD;
  }

  public boolean ended() {
    return group == Group.ENDED;
  }
}
