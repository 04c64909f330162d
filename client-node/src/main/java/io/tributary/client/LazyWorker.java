package io.tributary.client;

import io.tributary.training.worker.Worker;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the node's worker when it is first asked for, once. Safe for several threads. */
final class LazyWorker implements Supplier<Worker>, AutoCloseable {
  private final Supplier<Worker> factory;
  private @Nullable Worker worker;

  LazyWorker(Supplier<Worker> factory) {
    this.factory = factory;
  }

  @Override
  public synchronized Worker get() {
    Worker known = worker;
    if (known == null) {
      known = factory.get();
      worker = known;
    }
    return known;
  }

  synchronized Optional<Worker> made() {
    return Optional.ofNullable(worker);
  }

  @Override
  public void close() {
    made().ifPresent(Worker::close);
  }
}
