package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.generate.GenerateOrder;
import io.tributary.training.generate.Generated;
import io.tributary.training.message.JsonFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The child process of a {@link ChildWorker}. Three threads: the main one carries out orders,
 * {@code engine} loads PyTorch while the first order is still on its way, {@code input} reads
 * frames and ends the process at once when they end, so that no child outlives its parent.
 */
public final class WorkerProcess {
  private static final long PROGRESS_NANOS = 100_000_000;

  private final Worker worker;
  private final Runnable load;
  private final Frames frames;
  private final CompletableFuture<Void> engine = new CompletableFuture<>();
  private final BlockingQueue<JsonFields> orders = new LinkedBlockingQueue<>();
  private long reported;

  private WorkerProcess(Worker worker, Runnable load, Frames frames) {
    this.worker = worker;
    this.load = load;
    this.frames = frames;
  }

  /** Arguments: the parent's socket, threads, most threads, device. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var options =
        new WorkerOptions(
            Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]), arguments[3]);
    InProcessWorker worker = InProcessWorker.open(options);
    serve(Path.of(arguments[0]), worker, worker::startEngine);
  }

  /**
   * Carries out the orders of the process that started this one until that ends, and this process
   * with it.
   *
   * @param socket the first argument of the process
   * @param load brings the engine up; runs beside the first order's way here
   */
  public static void serve(Path socket, Worker worker, Runnable load)
      throws IOException, InterruptedException {
    try (SocketChannel channel = connect(socket)) {
      new WorkerProcess(worker, load, new Frames(channel)).run();
    }
  }

  /** Clears the socket away whether the parent is still there or not: nobody else may be left. */
  private static SocketChannel connect(Path socket) throws IOException {
    try {
      return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    } finally {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(requireNonNull(socket.toAbsolutePath().getParent(), "folder"));
    }
  }

  private void run() throws IOException, InterruptedException {
    daemon("input", this::readOrders);
    daemon("engine", this::loadEngine);
    while (true) {
      frames.write(answer(orders.take()));
    }
  }

  private static void daemon(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void readOrders() {
    try {
      Optional<JsonFields> frame = frames.read();
      while (frame.isPresent()) {
        orders.add(frame.get());
        frame = frames.read();
      }
    } catch (IOException | RuntimeException e) {
      // the parent is gone or not to be understood; either way this process has no purpose
      Runtime.getRuntime().halt(1);
    }
    Runtime.getRuntime().halt(0);
  }

  private void loadEngine() {
    try {
      load.run();
      engine.complete(null);
    } catch (RuntimeException | Error e) {
      engine.completeExceptionally(e);
    }
  }

  private JsonObject answer(JsonFields order) {
    String name = order.text("order");
    try {
      awaitEngine();
      reported = 0;
      return JsonValue.object().put("outcome", outcome(name, order.value("body"))).build();
    } catch (RuntimeException | Error e) {
      FederationException failure = OrderFailure.of(name, e);
      return JsonValue.object()
          .put("failed", failure.kind().name())
          .put("sentence", failure.sentence())
          .build();
    }
  }

  private void awaitEngine() {
    try {
      engine.join();
    } catch (CompletionException e) {
      throw OrderFailure.of("start of PyTorch", e.getCause() == null ? e : e.getCause());
    }
  }

  private JsonValue outcome(String name, JsonValue body) {
    return switch (name) {
      case "describe" -> worker.describe().toJson();
      case "train" -> worker.train(TrainOrder.parse(body), this::report).toJson();
      case "evaluate" -> worker.evaluate(EvaluateOrder.parse(body), this::report).toJson();
      case "predict" ->
          JsonValue.array(
              worker.predict(PredictOrder.parse(body)).stream().map(Prediction::toJson).toList());
      case "generate" ->
          JsonValue.array(
              worker.generate(GenerateOrder.parse(body)).stream().map(Generated::toJson).toList());
      default ->
          throw FederationException.of(
              ErrorKind.INVALID_ARGUMENT, "order", name, "a known one", "Use one version.");
    };
  }

  /** At most ten reports a second, and the last one always. */
  private void report(Progress progress) {
    long now = RunningClock.nanos();
    if (reported == 0 || now - reported >= PROGRESS_NANOS || progress.done() == progress.total()) {
      reported = now;
      try {
        frames.write(JsonValue.object().put("progress", progress.toJson()).build());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
