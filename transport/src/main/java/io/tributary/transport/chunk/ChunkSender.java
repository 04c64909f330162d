package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tributary.proto.v1.Chunk;
import io.tributary.transport.ErrorStatus;
import java.util.function.LongConsumer;

/**
 * Answers a server-streaming call with a file: reads the next chunk only when the transport has
 * room for it, so a slow reader slows the disk and memory holds one chunk per call. Runs on the
 * call's own executor, where blocking on the disk is allowed.
 */
public final class ChunkSender {
  private final ChunkReader reader;
  private final ServerCallStreamObserver<BulkMessage<Chunk>> response;
  private final StallWatch.Watched watched;
  private final LongConsumer sent;
  private boolean over;

  private ChunkSender(
      ChunkReader reader,
      ServerCallStreamObserver<BulkMessage<Chunk>> response,
      StallWatch watch,
      LongConsumer sent) {
    this.reader = reader;
    this.response = response;
    this.sent = requireNonNull(sent, "sent");
    this.watched = watch.start(this::stalled);
  }

  /**
   * Sends the rest of an open file; to be called before the service's method returns. Closes the
   * reader in any case.
   *
   * @param response the observer that gRPC gave to the service
   * @param sent is told the bytes of each chunk handed to the transport
   */
  public static void send(
      ChunkReader reader,
      StreamObserver<BulkMessage<Chunk>> response,
      StallWatch watch,
      LongConsumer sent) {
    var observer = (ServerCallStreamObserver<BulkMessage<Chunk>>) response;
    var sender = new ChunkSender(reader, observer, watch, sent);
    observer.setOnReadyHandler(sender::pump);
    observer.setOnCancelHandler(sender::end);
    observer.setOnCloseHandler(sender::end);
    sender.pump();
  }

  private synchronized void pump() {
    try {
      while (!over && response.isReady()) {
        Piece piece = reader.next();
        if (piece == null) {
          end();
          response.onCompleted();
          return;
        }
        response.onNext(BulkMessage.of(piece));
        sent.accept(piece.size());
        watched.moved();
      }
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private synchronized void stalled() {
    fail(StallWatch.stalled());
  }

  private void fail(RuntimeException reason) {
    if (!over) {
      end();
      response.onError(ErrorStatus.toStatus(reason));
    }
  }

  private synchronized void end() {
    if (!over) {
      over = true;
      watched.close();
      reader.close();
    }
  }
}
