package io.tributary.transport.artifact;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.chunk.BulkMessage;
import io.tributary.transport.chunk.BulkMethods;
import io.tributary.transport.chunk.ChunkAssembler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One fetch: the channel's thread puts each chunk into the assembler, while the thread that wanted
 * the file waits, tells the listener, and asks for more. Chunks asked for and not yet told of are
 * {@link #AHEAD} at most.
 */
final class FetchCall extends ClientCall.Listener<BulkMessage<Chunk>> {
  /** One that is stored while the next one comes, and one on the way. */
  private static final int AHEAD = 3;

  /** What the waiting thread is told: bytes stored so far, or how the call ended. */
  private record News(long stored, Optional<Status> end, Metadata trailers) {}

  private final ClientCall<FetchRequest, BulkMessage<Chunk>> call;
  private final ChunkAssembler assembler;
  private final Duration idle;
  private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
  private volatile Optional<RuntimeException> failure = Optional.empty();

  /** Known to the waiting thread: nothing comes any more. */
  private boolean ended;

  private FetchCall(Channel bulk, ChunkAssembler assembler, Duration idle) {
    this.call = bulk.newCall(BulkMethods.FETCH, CallOptions.DEFAULT);
    this.assembler = assembler;
    this.idle = idle;
  }

  /**
   * Fetches what an assembler still lacks; returns when the stream has ended well.
   *
   * @param idle longest time in which nothing moves
   * @param listener is told on this thread
   */
  static void run(
      Channel bulk,
      FetchRequest request,
      ChunkAssembler assembler,
      Duration idle,
      TransferListener listener) {
    var fetch = new FetchCall(bulk, assembler, idle);
    fetch.call.start(fetch, new Metadata());
    try {
      fetch.call.sendMessage(request);
      fetch.call.halfClose();
      fetch.call.request(AHEAD);
      fetch.follow(listener);
    } catch (RuntimeException e) {
      fetch.cancel();
      throw e;
    } catch (InterruptedException e) {
      fetch.cancel();
      throw BlockingStream.interrupted(e);
    }
  }

  private void follow(TransferListener listener) throws InterruptedException {
    while (true) {
      News next = news.poll(idle.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw BlockingStream.stalled();
      }
      if (next.end().isPresent()) {
        ended = true;
        end(next.end().get(), next.trailers());
        return;
      }
      listener.moved(next.stored(), assembler.size());
      call.request(1);
    }
  }

  private void end(Status status, Metadata trailers) {
    failure.ifPresent(
        reason -> {
          throw reason;
        });
    if (!status.isOk()) {
      throw ErrorStatus.fromStatus(status.asRuntimeException(trailers));
    }
  }

  /** Ends the call and waits until its thread has let go of the assembler. */
  private void cancel() {
    if (ended) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    call.cancel("no longer needed", null);
    try {
      for (News next = next(); next != null && next.end().isEmpty(); next = next()) {
        // chunks that were stored meanwhile
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable News next() throws InterruptedException {
    return news.poll(idle.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void onMessage(BulkMessage<Chunk> message) {
    if (failure.isPresent()) {
      return;
    }
    try {
      assembler.accept(message.piece().orElseThrow());
      news.add(new News(assembler.offset(), Optional.empty(), new Metadata()));
    } catch (RuntimeException e) {
      failure = Optional.of(e);
      call.cancel("the chunk was not taken", e);
    } catch (Error e) {
      failure =
          Optional.of(
              new FederationException(
                  ErrorKind.INTERNAL, "transfer: " + e + " (expected: none). See the log.", e));
      throw e;
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    news.add(new News(0, Optional.of(status), trailers));
  }
}
