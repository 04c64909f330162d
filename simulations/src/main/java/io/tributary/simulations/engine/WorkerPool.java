package io.tributary.simulations.engine;

import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of workers that many virtual nodes share, so that workers times threads stay
 * within the cores. Which worker serves an order never touches its result.
 */
final class WorkerPool implements AutoCloseable {
  private final List<Worker> workers;
  private final BlockingQueue<Worker> free;

  WorkerPool(int size, Supplier<? extends Worker> opener) {
    workers = new ArrayList<>();
    free = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      Worker worker = opener.get();
      workers.add(worker);
      free.add(worker);
    }
  }

  /** One node's view of the pool; closing it gives nothing back but its own order. */
  Worker view() {
    return new View();
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }

  private final class View implements Worker {
    private final AtomicReference<@Nullable Worker> serving = new AtomicReference<>();

    @Override
    public WorkerInfo describe() {
      return workers.get(0).describe();
    }

    @Override
    public TrainOutcome train(TrainOrder order, ProgressListener listener) {
      return with(worker -> worker.train(order, listener));
    }

    @Override
    public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
      return with(worker -> worker.evaluate(order, listener));
    }

    @Override
    public List<Prediction> predict(PredictOrder order) {
      return with(worker -> worker.predict(order));
    }

    @Override
    public void cancel() {
      Worker worker = serving.get();
      if (worker != null) {
        worker.cancel();
      }
    }

    @Override
    public void close() {
      cancel();
    }

    private <T> T with(Function<Worker, T> order) {
      Worker worker = take();
      serving.set(worker);
      try {
        return order.apply(worker);
      } finally {
        serving.set(null);
        free.add(worker);
      }
    }

    private Worker take() {
      try {
        return free.take();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a worker", e);
      }
    }
  }
}
