package io.tributary.cli.bench.noop;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.TreeMap;

/**
 * Adds one small number to every value and answers every evaluation with the same figures. Its
 * update is a real one: read from the checkpoint, canonical, hashed, changed in every value, and
 * another one for each node and round.
 */
public final class NoOpWorker implements Worker {
  private static final int BLOCK_BYTES = 256 << 10;
  private static final float STEP = 1e-4f;
  private static final float PART = 1e-7f;
  private static final int PARTS = 1_000;

  @Override
  public WorkerInfo describe() {
    return new WorkerInfo("none", "cpu", 1, "any", 0, ProcessHandle.current().pid());
  }

  @Override
  public TrainOutcome train(TrainOrder order, ProgressListener listener) {
    Path file = order.output().resolve("delta.safetensors");
    float step = STEP + PART * Math.floorMod(order.assignment().toString().hashCode(), PARTS);
    try (ByteSource checkpoint =
            ByteSource.of(FileChannel.open(order.trained(), StandardOpenOption.READ));
        FileChannel out =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      SafetensorsHeader header = Safetensors.read(checkpoint);
      Layout layout = header.layout();
      Digest digest = write(checkpoint, layout, step, out);
      var group = new GroupFile("delta", file, layout.digest(), "f32", out.position(), digest);
      return new TrainOutcome(1, 1, List.of(group), new TreeMap<>());
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, file + ": can't be written (expected: room for an update).", e);
    }
  }

  /** Writes float32((value + step) - value) of every value behind the header; its digest. */
  private static Digest write(ByteSource checkpoint, Layout layout, float step, FileChannel out)
      throws IOException {
    MessageDigest hash = Digest.sha256();
    byte[] head = Safetensors.canonicalHeader(layout);
    hash.update(head);
    out.write(ByteBuffer.wrap(head));
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long end = head.length + layout.dataBytes();
    for (long at = head.length; at < end; at += BLOCK_BYTES) {
      block.clear().limit((int) Math.min(BLOCK_BYTES, end - at));
      checkpoint.read(at, block);
      block.flip();
      add(block.asFloatBuffer(), step);
      hash.update(block.duplicate());
      while (block.hasRemaining()) {
        out.write(block);
      }
    }
    return Digest.ofHash(hash.digest());
  }

  private static void add(FloatBuffer values, float step) {
    for (int i = 0; i < values.limit(); i++) {
      float value = values.get(i);
      values.put(i, (value + step) - value);
    }
  }

  @Override
  public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
    List<ClassReport> classes =
        order.plan().model().labels().stream()
            .map(label -> new ClassReport(label, 0.5, 0.5, 0.5, 1))
            .toList();
    return new EvaluationReport(classes.size(), 1, 0.5, 0.1, 0.9, 0.5, classes);
  }

  @Override
  public List<Prediction> predict(PredictOrder order) {
    throw FederationException.of(
        ErrorKind.INVALID_ARGUMENT, "order", "predict", "train or evaluate", "Use a real worker.");
  }

  @Override
  public void cancel() {
    // an order is over before anybody could ask
  }

  @Override
  public void close() {
    // it holds nothing
  }
}
