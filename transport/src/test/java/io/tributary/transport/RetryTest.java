package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class RetryTest {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofSeconds(30);

  private final List<Duration> waits = new ArrayList<>();
  private long now;

  private static RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(7);
  }

  private Retry retry(Duration limit) {
    return new Retry(
        new Retry.Policy(FIRST, MOST, limit),
        random(),
        () -> now,
        wait -> {
          waits.add(wait);
          now += wait.toNanos();
        });
  }

  private static FederationException failure(ErrorKind kind) {
    return FederationException.of(kind, "a", "b", "c", "D.");
  }

  @Test
  void backoff_manyTries_drawsEvenlyUnderADoublingCeiling() {
    var backoff = new Backoff(FIRST, MOST, random());
    double[] sums = new double[8];
    for (int repeat = 0; repeat < 2_000; repeat++) {
      backoff.reset();
      for (int i = 0; i < sums.length; i++) {
        Duration wait = backoff.next(Optional.empty());
        long ceiling = Math.min(30_000, 1_000L << i);
        assertTrue(!wait.isNegative() && wait.toMillis() <= ceiling);
        sums[i] += wait.toMillis() / (double) ceiling;
      }
    }
    for (double sum : sums) {
      assertEquals(0.5, sum / 2_000, 0.05);
    }
  }

  @Test
  void backoff_serversWindow_wins() {
    var backoff = new Backoff(FIRST, MOST, random());
    var window = new RetryWindow(Duration.ofSeconds(100), Duration.ofSeconds(101));
    for (int i = 0; i < 100; i++) {
      long wait = backoff.next(Optional.of(window)).toMillis();
      assertTrue(wait >= 100_000 && wait <= 101_000);
    }
  }

  @Test
  void call_retryableKind_isTriedAgain() {
    int[] tries = {0};
    String result =
        retry(Duration.ofMinutes(5))
            .call(
                moved -> {
                  if (++tries[0] < 4) {
                    throw Status.UNAVAILABLE.asRuntimeException();
                  }
                  return "done";
                });
    assertEquals("done", result);
    assertEquals(3, waits.size());
  }

  @Test
  void call_finalKind_isNotTriedAgain() {
    int[] tries = {0};
    assertThrows(
        FederationException.class,
        () ->
            retry(Duration.ofMinutes(5))
                .call(
                    moved -> {
                      tries[0]++;
                      throw failure(ErrorKind.NOT_ADMITTED);
                    }));
    assertEquals(1, tries[0]);
  }

  @Test
  void call_nothingMoves_givesUpAtTheLimitWithTheLastFailure() {
    var last =
        assertThrows(
            FederationException.class,
            () ->
                retry(Duration.ofMinutes(5))
                    .call(
                        moved -> {
                          throw failure(ErrorKind.UNREACHABLE);
                        }));
    assertEquals(ErrorKind.UNREACHABLE, last.kind());
    assertTrue(now < Duration.ofMinutes(5).toNanos());
    assertTrue(now > Duration.ofMinutes(4).toNanos());
  }

  @Test
  void call_progressBetweenFailures_startsTheLimitAnew() {
    int[] tries = {0};
    retry(Duration.ofSeconds(40))
        .call(
            moved -> {
              moved.run();
              now += Duration.ofSeconds(30).toNanos();
              if (++tries[0] < 50) {
                throw failure(ErrorKind.TIMED_OUT);
              }
              return tries[0];
            });
    assertTrue(waits.stream().allMatch(wait -> wait.compareTo(FIRST) <= 0));
  }

  @Test
  void call_interruptedWhileWaiting_isCancelledAndStaysInterrupted() {
    var retry =
        new Retry(
            Retry.Policy.usual(),
            random(),
            () -> now,
            wait -> {
              throw new InterruptedException();
            });
    var cancelled =
        assertThrows(
            FederationException.class,
            () ->
                retry.call(
                    moved -> {
                      throw failure(ErrorKind.UNREACHABLE);
                    }));
    assertEquals(ErrorKind.CANCELLED, cancelled.kind());
    assertTrue(Thread.interrupted());
  }
}
