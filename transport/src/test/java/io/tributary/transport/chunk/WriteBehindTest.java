package io.tributary.transport.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WriteBehindTest {
  private static final int STEP = 16 << 20;

  @Test
  void written_enoughBytes_forcesBesideTheWriting() throws Exception {
    var forces = new AtomicInteger();
    var behind = new WriteBehind(forces::incrementAndGet);
    for (int i = 0; i < 3; i++) {
      behind.written(STEP);
    }
    behind.await();
    assertEquals(0, forces.get());
    writtenUntilBegun(behind, STEP);
    behind.await();
    assertEquals(1, forces.get());
  }

  @Test
  void written_noThreadSpareWhenEnoughCame_triesAgainWithTheNextBytes() throws Exception {
    var forced = new CountDownLatch(1);
    var behind = new WriteBehind(forced::countDown);
    var release = new CountDownLatch(1);
    var busy = occupyAll(release);
    assertFalse(behind.written(4 * STEP), "began with no thread spare");
    release.countDown();
    busy.forEach(Beside::await);
    writtenUntilBegun(behind, 1);
    assertTrue(forced.await(20, TimeUnit.SECONDS));
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
    writtenUntilBegun(behind, 4 * STEP);
    assertTrue(going.await(20, TimeUnit.SECONDS));
    for (int i = 0; i < 40; i++) {
      behind.written(STEP);
    }
    end.countDown();
    behind.await();
    assertEquals(1, forces.get());
  }

  @Test
  void await_earlyForceFailed_tellsIt() throws Exception {
    var behind = new WriteBehind(WriteBehindTest::fail);
    writtenUntilBegun(behind, 4 * STEP);
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

  /** A thread that has just ended its work takes new work a moment later. */
  private static void writtenUntilBegun(WriteBehind behind, int bytes) throws Exception {
    boolean begun = behind.written(bytes);
    for (int tries = 0; tries < 5_000 && !begun; tries++) {
      Thread.sleep(1);
      begun = behind.written(0);
    }
    assertTrue(begun, "bytes that came later began no force");
  }

  private static List<FutureTask<?>> occupyAll(CountDownLatch release) {
    var busy = new ArrayList<FutureTask<?>>();
    while (busy.size() < Runtime.getRuntime().availableProcessors()) {
      SpareThreads.begin(() -> awaitQuietly(release)).ifPresent(busy::add);
    }
    return busy;
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
