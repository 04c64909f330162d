package io.tributary.coordinator.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.tributary.proto.v1.CoordinatorMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The way back to a node that reads or does not, as the test says. */
final class NodeStream extends ServerCallStreamObserver<CoordinatorMessage> {
  final List<CoordinatorMessage> sent = new ArrayList<>();
  final Semaphore requested = new Semaphore(0);
  volatile boolean ready = true;
  volatile Optional<Throwable> failure = Optional.empty();
  volatile Runnable onReady = () -> {};

  @Override
  public synchronized void onNext(CoordinatorMessage message) {
    sent.add(message);
  }

  @Override
  public void onError(Throwable reason) {
    failure = Optional.of(reason);
  }

  @Override
  public void onCompleted() {}

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void request(int count) {
    requested.release(count);
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    onReady = handler;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void disableAutoRequest() {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
