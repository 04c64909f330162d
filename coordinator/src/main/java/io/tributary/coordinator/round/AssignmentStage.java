package io.tributary.coordinator.round;

import java.util.Locale;

/** Where one assignment stands. */
public enum AssignmentStage {
  /** Asked; no answer yet. */
  OFFERED(true),
  /** The node works on it. */
  ACCEPTED(true),
  /** Its update is stored and receipted, not judged. */
  RECEIVED(false),
  /** The gate let the update pass: it counts in its round. */
  COUNTED(false),
  /** The gate refused the update. */
  REFUSED(false),
  /** The node said no. */
  DECLINED(false),
  /** The node gave up. */
  FAILED(false),
  /** The round closed, or the run ended, before an update came. */
  CANCELLED(false);

  private final boolean live;

  AssignmentStage(boolean live) {
    this.live = live;
  }

  /** Whether an update may still come. */
  public boolean live() {
    return live;
  }

  /** The word that operators see. */
  public String token() {
    return name().toLowerCase(Locale.ROOT);
  }
}
