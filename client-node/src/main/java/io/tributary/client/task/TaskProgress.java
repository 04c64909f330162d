package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.AssignmentId;

/**
 * How far the work on an assignment is.
 *
 * @param done examples (training) or bytes (fetching, submitting)
 * @param perSecond examples or bytes a second, since the step began; 0 where unknown
 * @param loss NaN where there is none
 */
public record TaskProgress(
    AssignmentId id, Step step, long done, long total, double perSecond, double loss) {
  public TaskProgress {
    requireNonNull(id, "id");
    requireNonNull(step, "step");
  }

  /** What is being done. */
  public enum Step {
    FETCHING,
    TRAINING,
    /** Evaluating a checkpoint on the validation part. */
    VALIDATING,
    SUBMITTING
  }
}
