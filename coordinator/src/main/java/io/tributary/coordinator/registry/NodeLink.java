package io.tributary.coordinator.registry;

import io.tributary.federation.AssignmentId;
import java.time.Duration;

/**
 * The open call of one node. Calls from any thread; none blocks, and none fails because the node
 * went away: the loss is told once, through {@link NodeRegistry#leave}.
 */
public interface NodeLink {
  /** Asks the node to do this. */
  void assign(AssignmentOffer offer);

  /** Tells the node that an assignment is over. */
  void cancel(AssignmentId assignment, String reason);

  /** Ends the call because a newer one of the same name came; the node stays away. */
  void superseded();

  /**
   * Tells the node that the coordinator goes down on purpose, and ends the call.
   *
   * @param returnWithin over how long the nodes spread their return
   */
  void drain(Duration returnWithin);

  /** Ends the call; the node joins again after a wait within these bounds. */
  void retry(Duration least, Duration most, String reason);
}
