package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/**
 * How a worker may use its machine.
 *
 * @param threads torch uses in one operation where an order names none
 * @param mostThreads a plan may ask for
 * @param device {@code auto}, {@code cpu}, {@code gpu:0} …
 */
public record WorkerOptions(int threads, int mostThreads, String device) {
  public WorkerOptions {
    requireNonNull(device, "device");
    if (threads < 1 || mostThreads < threads) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "threads of the worker",
          threads + " of at most " + mostThreads,
          "1 or more, and at most the limit",
          "Raise limits.threads.");
    }
  }

  /** One thread on the CPU, and as many as a plan asks for. */
  public static WorkerOptions defaults() {
    return new WorkerOptions(1, 1_024, "cpu");
  }

  public WorkerOptions withThreads(int count) {
    return new WorkerOptions(count, mostThreads, device);
  }

  public WorkerOptions withMostThreads(int count) {
    return new WorkerOptions(Math.min(threads, count), count, device);
  }

  public WorkerOptions withDevice(String name) {
    return new WorkerOptions(threads, mostThreads, name);
  }
}
