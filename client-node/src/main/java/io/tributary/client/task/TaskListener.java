package io.tributary.client.task;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.session.DeclineReason;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;

/**
 * Is told how the work on an assignment goes; called from the task's thread, so it must be brief.
 * The ticket is the one the work was begun with.
 */
public interface TaskListener {
  void accepted(AssignmentId id, long ticket);

  void declined(AssignmentId id, long ticket, DeclineReason reason, String sentence);

  /** The update is complete and forced to the disk. */
  void trained(AssignmentId id, long ticket);

  /** The checkpoint is evaluated; these sums may leave the site. */
  void evaluated(AssignmentId id, long ticket, Tally tally);

  void failed(AssignmentId id, long ticket, ErrorKind kind, String sentence);

  void progressed(TaskProgress progress);

  /** The data at the site are not those of the last card any more. */
  void dataChanged();
}
