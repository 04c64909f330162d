package io.tributary.coordinator;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.evaluate.ClassReport;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import io.tributary.transport.artifact.ArtifactStore;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives figures that depend on nothing but the bytes of the checkpoint. */
final class ScriptedWorker implements Worker {
  final AtomicInteger evaluations = new AtomicInteger();

  private volatile CountDownLatch open = new CountDownLatch(0);
  private final Queue<FederationException> failures = new ConcurrentLinkedQueue<>();

  /** Lets evaluations wait until {@link #release}. */
  void hang() {
    open = new CountDownLatch(1);
  }

  void release() {
    open.countDown();
  }

  /** The next evaluation fails so. */
  void fail(ErrorKind kind, String sentence) {
    failures.add(new FederationException(kind, sentence));
  }

  @Override
  public WorkerInfo describe() {
    return new WorkerInfo("scripted", "cpu", 1, "none", 0, 0);
  }

  @Override
  public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
    evaluations.incrementAndGet();
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new FederationException(ErrorKind.CANCELLED, "interrupted", e);
    }
    FederationException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    String hex = ArtifactStore.hash(order.trained()).hex().substring(0, 6);
    double share = Integer.parseInt(hex, 16) / (double) (1 << 24);
    var one = new ClassReport("a", share, share, share, 2);
    return new EvaluationReport(4, 1 - share, share, share / 2, share, share, List.of(one));
  }

  @Override
  public TrainOutcome train(TrainOrder order, ProgressListener listener) {
    throw new UnsupportedOperationException("coordinators don't train");
  }

  @Override
  public List<Prediction> predict(PredictOrder order) {
    throw new UnsupportedOperationException("coordinators don't predict");
  }

  @Override
  public void cancel() {}

  @Override
  public void close() {}
}
