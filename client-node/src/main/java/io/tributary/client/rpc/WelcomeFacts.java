package io.tributary.client.rpc;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What the coordinator says when it takes a node in.
 *
 * @param lease within which progress of open work is repeated; a dead connection is found by the
 *     keep-alive of the channel, whatever this says
 * @param epoch starts of the coordinator's state folder
 * @param returnWithin over how long all nodes spread their return, should all lose it at once
 * @param bulkPort at the host of control; 0: the control listener serves both
 */
public record WelcomeFacts(
    Duration lease, long epoch, int bulkPort, String federation, Duration returnWithin) {
  public WelcomeFacts {
    requireNonNull(lease, "lease");
    requireNonNull(federation, "federation");
    requireNonNull(returnWithin, "returnWithin");
  }
}
