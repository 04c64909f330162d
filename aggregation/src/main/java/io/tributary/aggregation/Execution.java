package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.concurrent.Executor;

/**
 * With what means an aggregation runs; no choice changes a byte of its result.
 *
 * @param blockBytes size of one block of float64 values, 1 KiB to 1 GiB; memory is about 8 blocks
 *     for each thread and 4 more
 * @param threads how many blocks are worked on at once, 1 to 1024
 * @param executor runs the blocks; must run whatever it accepted, and must not be a single thread
 *     that itself waits for the aggregation
 */
public record Execution(int blockBytes, int threads, Executor executor) {
  /** A block size that suits the caches of common processors. */
  public static final int USUAL_BLOCK_BYTES = 256 << 10;

  public Execution {
    requireNonNull(executor, "executor");
    check("blockBytes", blockBytes, 1 << 10, 1 << 30);
    check("threads", threads, 1, 1024);
  }

  /** All in the calling thread. */
  public static Execution inCallingThread() {
    return new Execution(USUAL_BLOCK_BYTES, 1, Runnable::run);
  }

  /**
   * Two a thread and one more: while one block is hashed and written, all threads work and have the
   * next block at hand.
   */
  int slots() {
    return 2 * threads + 1;
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, what, value, least + " to " + most, "Mend the call.");
    }
  }
}
