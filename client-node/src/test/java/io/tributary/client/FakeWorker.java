package io.tributary.client;

import io.tributary.aggregation.tally.LabelCounts;
import io.tributary.aggregation.tally.Tally;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.OptimizerState;
import io.tributary.federation.plan.TaskKind;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A worker that writes the given bytes as its update. It can be held in the middle of training and
 * can fail; each failure is used once, in the order given.
 */
final class FakeWorker implements Worker {
  static final byte[] DELTA = new byte[1_000];
  static final Digest LAYOUT = Digest.ofUtf8("layout");

  final List<AssignmentId> trained = Collections.synchronizedList(new ArrayList<>());
  final List<EvaluateOrder> evaluated = Collections.synchronizedList(new ArrayList<>());
  final List<Path> bases = Collections.synchronizedList(new ArrayList<>());
  final List<Long> stepsPerRound = Collections.synchronizedList(new ArrayList<>());

  /** What the state that each order brought was made by; empty where it brought none. */
  final List<String> statesBrought = Collections.synchronizedList(new ArrayList<>());

  final Deque<FederationException> failures = new ConcurrentLinkedDeque<>();
  final CountDownLatch started = new CountDownLatch(1);
  volatile boolean closed;
  final AtomicInteger cancels = new AtomicInteger();
  private volatile @Nullable CountDownLatch hold;
  private volatile boolean cancelled;

  /** Keeps every training from ending until {@link #release}. */
  void holdTraining() {
    hold = new CountDownLatch(1);
  }

  void release() {
    CountDownLatch held = hold;
    hold = null;
    if (held != null) {
      held.countDown();
    }
  }

  @Override
  public WorkerInfo describe() {
    return new WorkerInfo("none", "cpu", 1, "none", 0, 0);
  }

  @Override
  public TrainOutcome train(TrainOrder order, ProgressListener listener) {
    cancelled = false;
    trained.add(order.assignment());
    bases.add(order.base());
    stepsPerRound.add(order.stepsPerRound());
    statesBrought.add(order.kept().map(FakeWorker::content).orElse(""));
    listener.progressed(new Progress(1, 2, 10, 0.5));
    started.countDown();
    await();
    FederationException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    Path file = order.output().resolve("delta.safetensors");
    try {
      Files.write(file, DELTA);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listener.progressed(new Progress(2, 2, 10, 0.4));
    var metrics = new TreeMap<String, Double>();
    metrics.put("loss", 0.4);
    var group = new GroupFile("delta", file, LAYOUT, "f32", DELTA.length, Digest.of(DELTA));
    return new TrainOutcome(4, 2, List.of(group), metrics, 2, state(order), List.of());
  }

  /** Leaves a state that names its assignment. */
  private static Optional<Path> state(TrainOrder order) {
    if (order.plan().train().loop().state() != OptimizerState.KEEP) {
      return Optional.empty();
    }
    try {
      Path made = Files.createDirectory(order.output().resolve("optimizer"));
      Files.writeString(made.resolve("optimizer.json"), order.assignment().toString());
      return Optional.of(made);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path state) {
    try {
      return Files.readString(state.resolve("optimizer.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void await() {
    CountDownLatch held = hold;
    if (held != null) {
      try {
        if (!held.await(60, TimeUnit.SECONDS)) {
          throw new AssertionError("the test never released the worker");
        }
      } catch (InterruptedException e) {
        throw new FederationException(ErrorKind.CANCELLED, "interrupted", e);
      }
    }
    if (cancelled) {
      throw new FederationException(ErrorKind.CANCELLED, "cancelled");
    }
  }

  @Override
  public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
    cancelled = false;
    evaluated.add(order);
    listener.progressed(new Progress(1, 2, 10, Double.NaN));
    await();
    var tally =
        new Tally(
            TaskKind.CLASSIFICATION,
            2,
            new TreeMap<>(Map.of(Tally.LOSS, 1.5, Tally.RIGHT, 1.0)),
            new TreeMap<>(
                Map.of(Tally.LABELS, List.of(new LabelCounts(1, 2, 1), new LabelCounts(0, 0, 1)))));
    return new EvaluationReport(
        2, 0.75, 0.5, 0, 1, 0.5, List.of(), Optional.empty(), Optional.of(tally));
  }

  @Override
  public List<Prediction> predict(PredictOrder order) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void cancel() {
    cancels.incrementAndGet();
    cancelled = true;
    release();
  }

  @Override
  public void close() {
    closed = true;
    cancel();
  }
}
