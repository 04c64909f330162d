package io.tributary.aggregation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.concurrent.Executor;

/**
 * With what means an aggregation runs; no choice changes a byte of its result.
 *
 * @param blockBytes size of one block of float64 values, 1 KiB to 1 GiB; memory is about 3 blocks
 *     for each thread and 6 more, with rules that look at all updates side by side one more each
 * @param threads how many blocks are worked on at once, 1 to 1024
 * @param executor runs the blocks; must run whatever it accepted, and must not be a single thread
 *     that itself waits for the aggregation
 */
public record Execution(int blockBytes, int threads, Executor executor) {
  /** Sums, one file's values and the output of a block fit a second-level cache of 1 MiB. */
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

  /** Two more than threads: while one block is hashed and written, all threads work on others. */
  int slots() {
    return threads + 2;
  }

  private static void check(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT, what, value, least + " to " + most, "Mend the call.");
    }
  }
}
