package io.tributary.coordinator.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tributary.transport.ErrorStatus;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ends unary calls: with an answer, or with the status of what went wrong. */
final class Answers {
  private Answers() {}

  /** Answers with what the work gives; for work that may block the caller's thread. */
  static <T> void of(StreamObserver<T> out, Supplier<T> work) {
    T answer;
    try {
      answer = work.get();
    } catch (RuntimeException e) {
      out.onError(ErrorStatus.toStatus(e));
      return;
    }
    out.onNext(answer);
    out.onCompleted();
  }

  /** Answers once a stage is complete. */
  static <T> void when(StreamObserver<T> out, CompletionStage<T> stage) {
    stage.whenComplete(
        (answer, failure) -> {
          if (((ServerCallStreamObserver<T>) out).isCancelled()) {
            return;
          }
          if (failure != null) {
            out.onError(ErrorStatus.toStatus(cause(failure)));
          } else {
            out.onNext(answer);
            out.onCompleted();
          }
        });
  }

  /** The failure that a stage wrapped. */
  static Throwable cause(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    boolean wrapped =
        failure instanceof CompletionException || failure instanceof ExecutionException;
    return wrapped && cause != null ? cause : failure;
  }
}
