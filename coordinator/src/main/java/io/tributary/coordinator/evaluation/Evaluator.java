package io.tributary.coordinator.evaluation;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TaskKind;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.training.worker.Worker;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Evaluates checkpoints, one at a time, on a worker that is started when it is first needed. The
 * figures of the same tensors on the same examples are computed once in the life of the process, so
 * runs from one base share their round 0.
 *
 * <p>A failure is told at once, with its cause: how often and when to try again is the run's to
 * decide. {@link #warm} and {@link #evaluate} are for one thread, {@link #close} may come from any.
 */
public final class Evaluator implements AutoCloseable {
  private static final int MOST_CACHED = 10_000;

  /**
   * @param judged what else of a plan shows in a report: the metrics with intervals, and their seed
   */
  private record Key(
      Digest trained,
      Optional<Path> statistics,
      Digest content,
      String model,
      int batchSize,
      String judged) {}

  private final Supplier<Worker> workers;
  private final HeldOut heldOut;
  private final String device;
  private final Map<Key, EvaluationReport> cache = new LinkedHashMap<>();
  private Optional<Worker> worker = Optional.empty();
  private boolean closed;
  private final ReentrantLock orders = new ReentrantLock();

  /**
   * @param workers starts a worker; called once
   */
  public Evaluator(Supplier<Worker> workers, HeldOut heldOut, String device) {
    this.workers = requireNonNull(workers, "workers");
    this.heldOut = requireNonNull(heldOut, "heldOut");
    this.device = requireNonNull(device, "device");
  }

  /** Starts the worker and its engine ahead of the first order. */
  public void warm() {
    worker().describe();
  }

  /**
   * Judges a checkpoint.
   *
   * @param base folder of the base model
   * @param trained file of the checkpoint's trained tensors
   * @param statistics file of its statistics, named by its digest; empty where the model has none
   * @param digest of that file
   */
  public EvaluationReport evaluate(
      Plan plan,
      Path base,
      Path trained,
      Optional<Path> statistics,
      Digest digest,
      HeldOutPart part) {
    var key =
        new Key(
            digest,
            statistics,
            heldOut.content(part, plan.model().labels()),
            plan.model().toJson().canonical(),
            plan.evaluation().batchSize(),
            plan.seed() + ":" + plan.evaluation().shown(TaskKind.of(plan.model())));
    EvaluationReport known = cache.get(key);
    if (known != null) {
      return known;
    }
    var order = new EvaluateOrder(plan, base, trained, heldOut.spec(part), device, statistics);
    EvaluationReport report = alone(() -> worker().evaluate(order, ProgressListener.NONE));
    if (cache.size() >= MOST_CACHED) {
      cache.remove(cache.keySet().iterator().next());
    }
    cache.put(key, report);
    return report;
  }

  /** Carries out training of the coordinator's own; waits for what the worker does already. */
  public TrainOutcome train(TrainOrder order) {
    return alone(() -> worker().train(order, ProgressListener.NONE));
  }

  /** The worker takes one order at a time; rounds of several runs may want it at once. */
  private <T> T alone(Supplier<T> work) {
    orders.lock();
    try {
      return work.get();
    } finally {
      orders.unlock();
    }
  }

  private synchronized Worker worker() {
    if (closed) {
      throw FederationException.of(
          ErrorKind.NOT_READY,
          "evaluation",
          "shutting down",
          "a running coordinator",
          "Start the coordinator again.");
    }
    if (worker.isEmpty()) {
      worker = Optional.of(workers.get());
    }
    return worker.get();
  }

  @Override
  public synchronized void close() {
    closed = true;
    worker.ifPresent(Worker::close);
  }
}
