package io.tributary.client.session;

/** How far an open assignment is. */
public enum Stage {
  /** Policy and data are being checked; no answer was given yet. */
  EXAMINING,
  /** Accepted: files are fetched and the model is trained. */
  TRAINING,
  /** The finished update waits on the node's disk. */
  HELD,
  /** The update is being sent. */
  SUBMITTING;

  /** Whether the assignment takes the node's place for training. */
  public boolean trains() {
    return this == EXAMINING || this == TRAINING;
  }

  /** Whether a thread works for it. */
  public boolean works() {
    return this != HELD;
  }
}
