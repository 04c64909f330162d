package io.tributary.transport.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteBehindTest {
  private static final int STEP = 16 << 20;

  @Test
  void written_enoughBytes_forcesBesideTheWriting() {
    var forces = new AtomicInteger();
    var behind = new WriteBehind(forces::incrementAndGet);
    for (int i = 0; i < 3; i++) {
      behind.written(STEP);
    }
    behind.await();
    assertEquals(0, forces.get());
    behind.written(STEP);
    behind.await();
    assertEquals(1, forces.get());
  }

  @Test
  void written_whileOneForces_beginsNoSecond() throws Exception {
    var forces = new AtomicInteger();
    var going = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    var behind =
        new WriteBehind(
            () -> {
              forces.incrementAndGet();
              going.countDown();
              awaitQuietly(end);
            });
    for (int i = 0; i < 4; i++) {
      behind.written(STEP);
    }
    assertTrue(going.await(20, TimeUnit.SECONDS));
    for (int i = 0; i < 40; i++) {
      behind.written(STEP);
    }
    end.countDown();
    behind.await();
    assertEquals(1, forces.get());
  }

  @Test
  void await_earlyForceFailed_tellsIt() {
    var behind = new WriteBehind(WriteBehindTest::fail);
    behind.written(4 * STEP);
    assertThrows(IllegalStateException.class, behind::await);
  }

  @Test
  void written_earlierForceFailed_tellsIt() {
    var behind = new WriteBehind(WriteBehindTest::fail);
    assertThrows(
        IllegalStateException.class,
        () -> {
          while (true) {
            behind.written(STEP);
            Thread.onSpinWait();
          }
        });
  }

  private static void fail() {
    throw new IllegalStateException("disk");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
