package io.tributary.transport.artifact;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.ErrorStatus;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A streaming call driven by one thread: each read and write waits until it is possible, at most
 * for the idle time. Closing cancels what is not over.
 */
final class BlockingStream<Q, R> implements AutoCloseable {
  private static final int IDLES_FOR_AN_ANSWER = 4;
  private static final int CLOSING_SECONDS = 1;

  private final BlockingClientCall<Q, R> call;
  private final Duration idle;
  private Duration patience;

  BlockingStream(BlockingClientCall<Q, R> call, Duration idle) {
    this.call = call;
    this.idle = idle;
    this.patience = idle;
  }

  /** From now on a write may wait so long. */
  void bear(Duration silence) {
    patience = silence;
  }

  /** A call that may end with a status. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws StatusException;
  }

  static <T> T unary(Call<T> call) {
    try {
      return call.run();
    } catch (StatusException e) {
      throw ErrorStatus.fromStatus(e);
    }
  }

  /** The next message, or null at the end. */
  @Nullable R read() {
    return read(idle);
  }

  private @Nullable R read(Duration within) {
    try {
      return call.read(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (StatusException e) {
      throw ErrorStatus.fromStatus(e);
    } catch (TimeoutException e) {
      throw stalled();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Sends a message; false when the other side has ended the call, whose status a read tells. */
  boolean write(Q message) {
    try {
      return call.write(message, patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (StatusException e) {
      throw ErrorStatus.fromStatus(e);
    } catch (TimeoutException e) {
      throw stalled();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  void halfClose() {
    call.halfClose();
  }

  /**
   * The one answer of the call. Waits longer: on a slow link a megabyte or two are still under way
   * when the last byte was handed over. Meanwhile keep-alive looks after the connection, and the
   * other end after what arrives.
   */
  R answer() {
    R answer = read(patience.plus(idle.multipliedBy(IDLES_FOR_AN_ANSWER - 1)));
    if (answer == null) {
      throw new FederationException(
          ErrorKind.INTERNAL,
          "call: ended without an answer (expected: one). See the coordinator's log.");
    }
    return answer;
  }

  /** What came and nobody reads would keep the transport's buffers: the call is read to its end. */
  @Override
  public void close() {
    call.cancel("no longer needed", null);
    try {
      @Nullable R unread = call.read(CLOSING_SECONDS, TimeUnit.SECONDS);
      while (unread != null) {
        unread = call.read(CLOSING_SECONDS, TimeUnit.SECONDS);
      }
    } catch (StatusException | TimeoutException e) {
      // it was cancelled
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static FederationException stalled() {
    return new FederationException(
        ErrorKind.TIMED_OUT,
        "transfer: nothing moved for too long (expected: progress). Try again later.");
  }

  static FederationException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new FederationException(
        ErrorKind.CANCELLED, "transfer: interrupted (expected: to its end). Try again.", cause);
  }
}
