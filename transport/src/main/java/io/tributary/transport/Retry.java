package io.tributary.transport;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Repeats an attempt while its failure is of a retryable kind and something moved within the limit.
 * Blocks the calling thread between tries.
 */
public final class Retry {
  private final Policy policy;
  private final RandomGenerator random;
  private final LongSupplier nanos;
  private final Pause pause;

  /**
   * @param nanos a monotonic clock in nanoseconds
   */
  public Retry(Policy policy, RandomGenerator random, LongSupplier nanos, Pause pause) {
    this.policy = requireNonNull(policy, "policy");
    this.random = requireNonNull(random, "random");
    this.nanos = requireNonNull(nanos, "nanos");
    this.pause = requireNonNull(pause, "pause");
  }

  /**
   * How long to go on.
   *
   * @param first ceiling of the first wait
   * @param most ceiling of every wait
   * @param limit the failure is final when nothing has moved for this long; zero: one try only
   */
  public record Policy(Duration first, Duration most, Duration limit) {
    /** Waits up to 30 seconds, gives up after five minutes without progress. */
    public static Policy usual() {
      return new Policy(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofMinutes(5));
    }

    /** One try. */
    public static Policy once() {
      return new Policy(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO);
    }
  }

  /** How a thread waits; tests don't. */
  @FunctionalInterface
  public interface Pause {
    void pause(Duration wait) throws InterruptedException;

    /** Really waits. */
    static Pause sleeping() {
      return wait -> TimeUnit.NANOSECONDS.sleep(wait.toNanos());
    }
  }

  /** Something that may be tried again. */
  @FunctionalInterface
  public interface Attempt<T> {
    /**
     * Tries once.
     *
     * @param moved to be called whenever there is progress: waits and limit start anew
     */
    T run(Runnable moved);
  }

  /** The attempt's result, or its last failure. */
  public <T> T call(Attempt<T> attempt) {
    var backoff = new Backoff(policy.first(), policy.most(), random);
    long[] since = {nanos.getAsLong()};
    Runnable moved =
        () -> {
          backoff.reset();
          since[0] = nanos.getAsLong();
        };
    while (true) {
      try {
        return attempt.run(moved);
      } catch (RuntimeException e) {
        FederationException failure = ErrorStatus.fromStatus(e);
        Duration wait = backoff.next(ErrorStatus.retryWindow(e));
        long waited = nanos.getAsLong() - since[0];
        if (!failure.kind().retryable() || waited + wait.toNanos() >= policy.limit().toNanos()) {
          throw failure;
        }
        pauseFor(wait);
      }
    }
  }

  private void pauseFor(Duration wait) {
    try {
      pause.pause(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(
          ErrorKind.CANCELLED, "call: interrupted (expected: an answer). Try again.", e);
    }
  }
}
