package io.tributary.coordinator.round;

import java.util.Collection;

/**
 * What stays known of a committed round when its assignments are not held in memory any more.
 *
 * @param sequence of the transition that committed it
 * @param asked assignments of all attempts
 * @param updates those that counted
 * @param refused updates that the gate refused
 * @param bytesUp of all updates received
 * @param bytesDown fetched for the updates received
 */
public record RoundTally(
    long sequence, int asked, int updates, int refused, long bytesUp, long bytesDown) {
  static RoundTally of(long sequence, Collection<AssignmentRecord> cohort) {
    int counted = 0;
    int refused = 0;
    long up = 0;
    long down = 0;
    for (AssignmentRecord assignment : cohort) {
      counted += assignment.stage() == AssignmentStage.COUNTED ? 1 : 0;
      refused += assignment.stage() == AssignmentStage.REFUSED ? 1 : 0;
      if (assignment.update().isPresent()) {
        up += assignment.update().get().bytesUp();
        down += assignment.update().get().bytesDown();
      }
    }
    return new RoundTally(sequence, cohort.size(), counted, refused, up, down);
  }
}
