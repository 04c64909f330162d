package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.plan.Plan;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Examples;
import io.tributary.training.evaluate.Evaluation;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.finetune.FineTuning;
import io.tributary.training.generate.GenerateOrder;
import io.tributary.training.generate.Generated;
import io.tributary.training.generate.Generation;
import io.tributary.training.torch.Devices;
import io.tributary.training.torch.TorchRuntime;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries out orders in this process, on the thread that gives them. A crash of native code takes
 * the process down, so services use {@link ChildWorker}.
 */
public final class InProcessWorker implements Worker {
  private final WorkerOptions options;
  private final LongSupplier nanos;

  /** Whether the order that runs is cancelled; null while none runs. */
  private final AtomicReference<@Nullable AtomicBoolean> running = new AtomicReference<>();

  private volatile boolean closed;

  private InProcessWorker(WorkerOptions options, LongSupplier nanos) {
    this.options = requireNonNull(options, "options");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  /** Opens a worker; PyTorch is loaded by the first order. */
  public static InProcessWorker open(WorkerOptions options) {
    return open(options, RunningClock::nanos);
  }

  /**
   * As {@link #open(WorkerOptions)} with an own clock.
   *
   * @param nanos a running clock, for reports of speed alone
   */
  public static InProcessWorker open(WorkerOptions options, LongSupplier nanos) {
    return new InProcessWorker(options, nanos);
  }

  @Override
  public WorkerInfo describe() {
    TorchRuntime runtime = startEngine();
    return new WorkerInfo(
        "PyTorch " + runtime.version(),
        Devices.choose(options.device()).toString(),
        options.threads(),
        Machine.processor(),
        Machine.memoryBytes(),
        ProcessHandle.current().pid());
  }

  @Override
  public TrainOutcome train(TrainOrder order, ProgressListener listener) {
    return carryOut(
        "training", order.plan(), cancelled -> FineTuning.run(order, listener, cancelled, nanos));
  }

  /** As {@link #train(TrainOrder, ProgressListener)}, on examples in hand. */
  public TrainOutcome train(TrainOrder order, Examples examples, ProgressListener listener) {
    return carryOut(
        "training",
        order.plan(),
        cancelled -> FineTuning.run(order, examples, listener, cancelled, nanos));
  }

  /** As {@link #evaluate(EvaluateOrder, ProgressListener)}, on examples in hand. */
  public EvaluationReport evaluate(
      EvaluateOrder order, ExamplePart part, ProgressListener listener) {
    return carryOut(
        "evaluation",
        order.plan(),
        cancelled -> Evaluation.run(order, part, listener, cancelled, nanos));
  }

  @Override
  public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
    return carryOut(
        "evaluation", order.plan(), cancelled -> Evaluation.run(order, listener, cancelled, nanos));
  }

  @Override
  public List<Prediction> predict(PredictOrder order) {
    return carryOut("prediction", order.plan(), cancelled -> Evaluation.predict(order, cancelled));
  }

  @Override
  public List<Generated> generate(GenerateOrder order) {
    return carryOut("generation", order.plan(), cancelled -> Generation.run(order, cancelled));
  }

  @Override
  public void cancel() {
    AtomicBoolean order = running.get();
    if (order != null) {
      order.set(true);
    }
  }

  @Override
  public void close() {
    closed = true;
    cancel();
  }

  /** Loads PyTorch now rather than with the first order. */
  TorchRuntime startEngine() {
    return EngineStart.start(options.threads(), options.device());
  }

  private <T> T carryOut(String order, Plan plan, Function<BooleanSupplier, T> work) {
    Orders.requireThreads(plan, options);
    var cancelled = new AtomicBoolean();
    if (!running.compareAndSet(null, cancelled)) {
      throw Orders.busy();
    }
    try {
      if (closed) {
        throw Orders.closed();
      }
      startEngine();
      return work.apply(cancelled::get);
    } catch (RuntimeException | Error e) {
      throw OrderFailure.of(order, e);
    } finally {
      running.set(null);
    }
  }
}
