package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TicketsTest {
  private final Tickets tickets = new Tickets();

  @Test
  void stop_whileRunning_cancelsBeforeTheNextWorkCanBegin() throws Exception {
    tickets.expect(1);
    tickets.expect(2);
    var running = new CountDownLatch(1);
    var next = new AtomicBoolean();
    var task =
        new Thread(
            () -> {
              tickets.enter(1);
              running.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                tickets.leave(1);
              }
              tickets.enter(2);
              next.set(true);
            });
    task.start();
    running.await();
    var nextAtCancel = new AtomicBoolean(true);
    tickets.stop(
        1,
        () -> {
          while (task.getState() != Thread.State.BLOCKED && !next.get()) {
            Thread.onSpinWait();
          }
          nextAtCancel.set(next.get());
        });
    task.join();
    assertFalse(nextAtCancel.get(), "the next ticket would have been cancelled");
    assertTrue(next.get());
  }

  @Test
  void stop_beforeItsTurnOrOfAnother_cancelsNothing() {
    var cancels = new AtomicInteger();
    tickets.expect(1);
    tickets.expect(2);
    tickets.stop(1, cancels::incrementAndGet);
    assertFalse(tickets.enter(1));
    assertTrue(tickets.enter(2));
    tickets.stop(1, cancels::incrementAndGet);
    assertEquals(0, cancels.get());
    assertFalse(Thread.currentThread().isInterrupted());
    tickets.leave(2);
  }
}
