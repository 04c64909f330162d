package io.tributary.simulations.engine;

import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Examples;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.InProcessWorker;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of workers that many virtual nodes and the coordinator's evaluation share, so that
 * workers times threads stay within the cores. Which worker serves an order never touches its
 * result. Held-out examples are read once and stay in memory. Safe for several threads.
 */
final class WorkerPool implements AutoCloseable {
  private record HeldOut(DatasetSpec spec, List<String> labels) {}

  private final List<Worker> workers;
  private final BlockingQueue<Worker> free;
  private final Map<HeldOut, ExamplePart> heldOut = new ConcurrentHashMap<>();

  WorkerPool(int size, Supplier<? extends Worker> opener) {
    workers = new ArrayList<>();
    free = new ArrayBlockingQueue<>(size);
    for (int i = 0; i < size; i++) {
      Worker worker = opener.get();
      workers.add(worker);
      free.add(worker);
    }
  }

  int size() {
    return workers.size();
  }

  /** One node's view of the pool; closing it gives nothing back but its own order. */
  Worker view() {
    return new View();
  }

  /**
   * Trains on examples in hand when a worker is free.
   *
   * @param givenUp asked after every step; when true the order ends with CANCELLED
   */
  TrainOutcome train(TrainOrder order, Examples examples, BooleanSupplier givenUp) {
    return here(here -> here.train(order, examples, cancelling(here, givenUp)));
  }

  /**
   * Evaluates on examples in hand when a worker is free.
   *
   * @param givenUp as of {@link #train}
   */
  EvaluationReport evaluate(EvaluateOrder order, ExamplePart part, BooleanSupplier givenUp) {
    return here(here -> here.evaluate(order, part, cancelling(here, givenUp)));
  }

  private <T> T here(Function<InProcessWorker, T> work) {
    Worker worker = take();
    try {
      if (worker instanceof InProcessWorker here) {
        return work.apply(here);
      }
      throw new IllegalStateException("examples in hand need a worker in this process");
    } finally {
      free.add(worker);
    }
  }

  private static ProgressListener cancelling(InProcessWorker worker, BooleanSupplier givenUp) {
    return progress -> {
      if (givenUp.getAsBoolean()) {
        worker.cancel();
      }
    };
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
  }

  private EvaluationReport evaluate(Worker worker, EvaluateOrder order, ProgressListener listener) {
    if (!(worker instanceof InProcessWorker here)) {
      return worker.evaluate(order, listener);
    }
    ExamplePart part =
        heldOut.computeIfAbsent(
            new HeldOut(order.data(), order.plan().model().labels()),
            key -> Examples.load(key.spec, key.labels).evaluated());
    return here.evaluate(order, part, listener);
  }

  private Worker take() {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a worker", e);
    }
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
      return with(worker -> WorkerPool.this.evaluate(worker, order, listener));
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
  }
}
