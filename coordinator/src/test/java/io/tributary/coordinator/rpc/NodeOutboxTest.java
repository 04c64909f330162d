package io.tributary.coordinator.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.transport.ErrorStatus;
import org.junit.jupiter.api.Test;

/** A node that writes and never reads must not make the coordinator's memory grow. */
class NodeOutboxTest {
  private final NodeStream stream = new NodeStream();
  private final NodeOutbox outbox = new NodeOutbox(new NodeName("a"), stream);

  private static AssignmentId id(int round) {
    return AssignmentId.parse("t-1/" + round + "/1/a");
  }

  @Test
  void send_nodeDoesNotRead_endsTheCallAtTheBound() {
    stream.ready = false;
    for (int i = 0; i < NodeOutbox.MOST_UNSENT; i++) {
      assertTrue(outbox.send(CoordinatorMessage.getDefaultInstance()));
    }

    assertFalse(outbox.send(CoordinatorMessage.getDefaultInstance()));
    assertFalse(outbox.send(CoordinatorMessage.getDefaultInstance()));

    assertEquals(NodeOutbox.MOST_UNSENT, stream.sent.size());
    var refusal = ErrorStatus.fromStatus(stream.failure.orElseThrow());
    assertEquals(ErrorKind.FULL, refusal.kind());
    assertTrue(
        refusal.sentence().startsWith("messages that a does not read: 257 (expected: at most 256)"),
        refusal.sentence());
  }

  @Test
  void send_nodeReadsNowAndThen_neverEnds() {
    for (int i = 0; i < 10 * NodeOutbox.MOST_UNSENT; i++) {
      stream.ready = false;
      if (i % NodeOutbox.MOST_UNSENT == 0) {
        stream.onReady.run();
      }
      assertTrue(outbox.send(CoordinatorMessage.getDefaultInstance()));
    }
  }

  @Test
  void cancel_again_isToldOnce() {
    for (int i = 0; i < 1_000; i++) {
      assertTrue(outbox.cancel(id(1), "the assignment is over"));
    }
    assertTrue(outbox.cancel(id(2), "the assignment is over"));
    assertEquals(2, stream.sent.size());
  }

  @Test
  void cancel_assignedAgainMeanwhile_isToldAgain() {
    outbox.cancel(id(1), "its run is held");
    outbox.assign(id(1), CoordinatorMessage.getDefaultInstance());
    outbox.cancel(id(1), "the assignment is over");
    assertEquals(3, stream.sent.size());
    assertTrue(stream.sent.get(2).hasCancel());
  }

  @Test
  void next_ended_asksForNothing() {
    outbox.next();
    outbox.complete();
    outbox.next();
    assertEquals(1, stream.requested.availablePermits());
  }
}
