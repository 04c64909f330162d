package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.generate.GenerateOrder;
import io.tributary.training.generate.Generated;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out orders in a supervised child process, which stays warm between them. Cancelling kills
 * the child; a crash, or memory beyond the limit, is the failure of one order. The next order
 * starts a fresh child. The child ends when this process does, however it ends.
 *
 * <p>The fields are guarded by {@code this}; the lock is never held while a child is waited for.
 */
public final class ChildWorker implements Worker {
  private final ChildWorkerOptions options;
  private @Nullable ChildProcess child;
  private @Nullable WorkerInfo info;
  private boolean busy;
  private boolean cancelled;
  private boolean closed;

  private ChildWorker(ChildWorkerOptions options) {
    this.options = requireNonNull(options, "options");
  }

  /** Starts the child, which loads PyTorch while this returns at once. */
  public static ChildWorker open(ChildWorkerOptions options) {
    var worker = new ChildWorker(options);
    worker.begin();
    worker.end();
    return worker;
  }

  @Override
  public WorkerInfo describe() {
    synchronized (this) {
      if (busy && info != null) {
        return info;
      }
    }
    WorkerInfo fresh =
        WorkerInfo.parse(carryOut("describe", JsonValue.object().build(), progress -> {}));
    synchronized (this) {
      info = fresh;
    }
    return fresh;
  }

  @Override
  public TrainOutcome train(TrainOrder order, ProgressListener listener) {
    Orders.requireThreads(order.plan(), options.worker());
    return TrainOutcome.parse(carryOut("train", order.toJson(), listener::progressed));
  }

  @Override
  public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
    Orders.requireThreads(order.plan(), options.worker());
    return EvaluationReport.parse(carryOut("evaluate", order.toJson(), listener::progressed));
  }

  @Override
  public List<Prediction> predict(PredictOrder order) {
    Orders.requireThreads(order.plan(), options.worker());
    JsonValue outcome = carryOut("predict", order.toJson(), progress -> {});
    return ((JsonArray) outcome).items().stream().map(Prediction::parse).toList();
  }

  @Override
  public List<Generated> generate(GenerateOrder order) {
    Orders.requireThreads(order.plan(), options.worker());
    JsonValue outcome = carryOut("generate", order.toJson(), progress -> {});
    return ((JsonArray) outcome).items().stream().map(Generated::parse).toList();
  }

  @Override
  public synchronized void cancel() {
    if (busy) {
      cancelled = true;
      drop();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    cancelled = busy;
    drop();
  }

  private JsonValue carryOut(String order, JsonObject body, Consumer<Progress> progress) {
    ChildProcess current = begin();
    try {
      return current.exchange(order, body, progress);
    } catch (RuntimeException | Error e) {
      throw failure(current, e);
    } finally {
      end();
    }
  }

  private synchronized ChildProcess begin() {
    if (closed) {
      throw Orders.closed();
    }
    if (busy) {
      throw Orders.busy();
    }
    ChildProcess current = child;
    if (current == null || !current.alive()) {
      drop();
      current = ChildProcess.start(options);
      child = current;
    }
    busy = true;
    cancelled = false;
    return current;
  }

  private synchronized void end() {
    busy = false;
  }

  /**
   * What an order that ended so failed with. A child is used again after the refusals that it sends
   * itself, and after nothing else: a listener's exception leaves frames unread.
   */
  private synchronized FederationException failure(ChildProcess current, Throwable cause) {
    FederationException failure = OrderFailure.of("order", cause);
    if (child == current && (!current.idle() || failure.kind() == ErrorKind.OUT_OF_MEMORY)) {
      drop();
    }
    return cancelled ? Orders.cancelled() : failure;
  }

  private synchronized void drop() {
    if (child != null) {
      child.kill();
      child = null;
    }
  }
}
