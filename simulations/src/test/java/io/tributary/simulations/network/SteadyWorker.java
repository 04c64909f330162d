package io.tributary.simulations.network;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.training.evaluate.ClassReport;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.Progress;
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
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A worker whose result depends on nothing but its number and the checkpoint's bytes: trains by
 * adding the number to every element, evaluates by a hash. Remembers what it trained.
 */
final class SteadyWorker implements Worker {
  final List<AssignmentId> trained = new CopyOnWriteArrayList<>();
  volatile Runnable beforeTraining = () -> {};
  volatile Runnable inTraining = () -> {};
  volatile Runnable afterTraining = () -> {};
  private final float value;

  SteadyWorker(float value) {
    this.value = value;
  }

  @Override
  public WorkerInfo describe() {
    return new WorkerInfo("steady", "cpu", 1, "none", 0, 0);
  }

  @Override
  public TrainOutcome train(TrainOrder order, ProgressListener listener) {
    beforeTraining.run();
    trained.add(order.assignment());
    listener.progressed(new Progress(1, 2, 10, 0.5));
    inTraining.run();
    try {
      Layout layout = Safetensors.read(ByteSource.of(Files.readAllBytes(order.trained()))).layout();
      byte[] bytes = file(layout, value);
      Path file = order.output().resolve("delta.safetensors");
      Files.write(file, bytes);
      listener.progressed(new Progress(2, 2, 10, 0.4));
      var group =
          new GroupFile("delta", file, layout.digest(), "f32", bytes.length, Digest.of(bytes));
      afterTraining.run();
      var metrics = new TreeMap<String, Double>(Collections.singletonMap("loss", 0.4));
      return new TrainOutcome(4, 2, List.of(group), metrics);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Canonical bytes with every element the same. */
  static byte[] file(Layout layout, float value) {
    byte[] header = Safetensors.canonicalHeader(layout);
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(header.length + layout.dataBytes()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header);
    while (bytes.hasRemaining()) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  @Override
  public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
    String hex = ArtifactStore.hash(order.trained()).hex().substring(0, 6);
    double share = Integer.parseInt(hex, 16) / (double) (1 << 24);
    var one = new ClassReport("a", share, share, share, 2);
    return new EvaluationReport(4, 1 - share, share, share / 2, share, share, List.of(one));
  }

  @Override
  public List<Prediction> predict(PredictOrder order) {
    throw new UnsupportedOperationException("nobody asks for it here");
  }

  @Override
  public void cancel() {}

  @Override
  public void close() {}
}
