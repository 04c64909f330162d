package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tributary.transport.ErrorStatus;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Feeds an {@link Upload} from a client-streaming call with flow control: one message is asked for,
 * and once it was taken {@value #AHEAD} at a time, so a slow disk slows the sender, memory stays
 * bounded, and of a peer that was not heard yet there is one message at most.
 *
 * @param <M> message
 * @param <R> the one answer
 */
public final class UploadReceiver<M, R> implements StreamObserver<M> {
  /** One that is worked on and one that comes meanwhile. */
  private static final int AHEAD = 2;

  private final ServerCallStreamObserver<R> response;
  private final Upload<M, R> upload;
  private final StallWatch.Watched watched;
  private boolean begun;
  private boolean over;

  private UploadReceiver(
      ServerCallStreamObserver<R> response, Upload<M, R> upload, StallWatch watch) {
    this.response = response;
    this.upload = requireNonNull(upload, "upload");
    this.watched = watch.start(() -> fail(StallWatch.stalled()));
  }

  /**
   * The observer that a service returns; to be made before the service's method returns.
   *
   * @param response the observer that gRPC gave to the service
   */
  public static <M, R> StreamObserver<M> receive(
      StreamObserver<R> response, Upload<M, R> upload, StallWatch watch) {
    var observer = (ServerCallStreamObserver<R>) response;
    observer.disableAutoRequest();
    var receiver = new UploadReceiver<>(observer, upload, watch);
    observer.setOnCancelHandler(() -> receiver.leave(new CancellationException("call cancelled")));
    observer.request(1);
    return receiver;
  }

  @Override
  public synchronized void onNext(M message) {
    if (over) {
      return;
    }
    try {
      watched.working();
      upload.message(message);
      watched.moved();
      response.request(begun ? 1 : AHEAD);
      begun = true;
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  @Override
  public void onError(Throwable reason) {
    leave(reason);
  }

  @Override
  public synchronized void onCompleted() {
    if (over) {
      return;
    }
    watched.close();
    try {
      var unused = upload.complete().whenComplete(this::answer);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private synchronized void answer(R result, @Nullable Throwable failure) {
    if (over) {
      return;
    }
    if (failure != null) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      fail(cause);
      return;
    }
    over = true;
    response.onNext(result);
    response.onCompleted();
  }

  private synchronized void fail(Throwable reason) {
    if (!over) {
      leave(reason);
      response.onError(ErrorStatus.toStatus(reason));
    }
  }

  private synchronized void leave(Throwable reason) {
    if (!over) {
      over = true;
      watched.close();
      upload.broken(reason);
    }
  }
}
