package io.tributary.coordinator;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.evaluate.ClassReport;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import io.tributary.transport.artifact.ArtifactStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives figures that depend on nothing but the bytes of the checkpoint. */
final class ScriptedWorker implements Worker {
  final AtomicInteger evaluations = new AtomicInteger();

  /** What the coordinator trained itself. */
  final Queue<TrainOrder> trainings = new ConcurrentLinkedQueue<>();

  /** What its training makes of every value. */
  volatile float trained = 0.125f;

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
    trainings.add(order);
    try {
      Layout layout = Safetensors.read(ByteSource.of(Files.readAllBytes(order.trained()))).layout();
      byte[] header = Safetensors.canonicalHeader(layout);
      ByteBuffer bytes =
          ByteBuffer.allocate(Math.toIntExact(header.length + layout.dataBytes()))
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(header);
      while (bytes.hasRemaining()) {
        bytes.putFloat(trained);
      }
      Path file = order.output().resolve("delta.safetensors");
      Files.write(file, bytes.array());
      var delta =
          new GroupFile(
              "delta", file, layout.digest(), "f32", bytes.capacity(), Digest.of(bytes.array()));
      return new TrainOutcome(2, 1, List.of(delta), new TreeMap<>());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
