package io.tributary.transport.chunk;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StallWatchTest {
  private static final Duration LIMIT = Duration.ofMillis(20);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong nanos = new AtomicLong();
  private final StallWatch watch = new StallWatch(timer, nanos::get, LIMIT);

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  /** Lets the timer look at everything that is watched, twice. */
  private void looks() throws Exception {
    for (int i = 0; i < 2; i++) {
      timer.schedule(() -> {}, LIMIT.toMillis(), TimeUnit.MILLISECONDS).get();
    }
  }

  @Test
  void look_endOfATransferBlocks_theTimerGoesOn() throws Exception {
    var blocked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    watch.start(
        () -> {
          blocked.countDown();
          await(release);
        });
    nanos.set(LIMIT.toNanos());
    assertTrue(blocked.await(20, TimeUnit.SECONDS));

    looks();

    release.countDown();
  }

  @Test
  void look_thisSideWorks_isNoStallUntilItIsDone() throws Exception {
    var ended = new CountDownLatch(1);
    var done = new AtomicBoolean();
    var watched =
        watch.start(
            () -> {
              assertTrue(done.get());
              ended.countDown();
            });
    watched.working();
    nanos.set(LIMIT.multipliedBy(100).toNanos());
    looks();
    assertFalse(ended.await(0, TimeUnit.SECONDS), "ended while this side worked");

    watched.moved();
    looks();
    assertFalse(ended.await(0, TimeUnit.SECONDS), "ended though it had just moved");

    done.set(true);
    nanos.addAndGet(LIMIT.toNanos());
    assertTrue(ended.await(20, TimeUnit.SECONDS));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(40, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
