package io.tributary.coordinator.artifact;

import io.tributary.aggregation.tensor.ByteSink;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/**
 * Writes a file that is forced when it is whole, and has the disk begin before: while the next
 * bytes are made, those before them are forced, one request at a time. What is durable is still
 * decided by the force at the end; a failure of an earlier one fails the next write or the close,
 * since the system may report it once only. For one thread.
 */
public final class CandidateWriter implements ByteSink, Closeable {
  /** Bytes between two requests: large enough that requests cost nothing. */
  static final int STEP_BYTES = 16 << 20;

  /**
   * A thread for each request. Not one of those that sum: it would wait for the disk for most of
   * the time that they have.
   */
  static final Executor OWN_THREAD =
      request -> {
        var thread = new Thread(request, "force-candidate");
        thread.setDaemon(true);
        thread.start();
      };

  private final FileChannel channel;
  private final Optional<Executor> forcing;
  private Optional<FutureTask<Boolean>> request = Optional.empty();
  private long waiting;

  /**
   * Writes into a channel and closes it in the end.
   *
   * @param forcing runs the requests; empty: nothing is forced
   */
  CandidateWriter(FileChannel channel, Optional<Executor> forcing) {
    this.channel = channel;
    this.forcing = forcing;
  }

  @Override
  public void write(ByteBuffer bytes) throws IOException {
    waiting += bytes.remaining();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    if (waiting >= STEP_BYTES && forcing.isPresent() && idle()) {
      waiting = 0;
      ask(forcing.get());
    }
  }

  private boolean idle() throws IOException {
    if (request.isPresent() && request.get().isDone()) {
      result(request.get());
      request = Optional.empty();
    }
    return request.isEmpty();
  }

  private void ask(Executor executor) {
    var task =
        new FutureTask<Boolean>(
            () -> {
              channel.force(false);
              return true;
            });
    try {
      executor.execute(task);
      request = Optional.of(task);
    } catch (RejectedExecutionException e) {
      // it is going down; the force at the end does it all
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      if (request.isPresent()) {
        request
            .get()
            .run(); // where its executor ended before it began; otherwise this does nothing
        result(request.get());
      }
    }
  }

  private static void result(FutureTask<Boolean> task) throws IOException {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
