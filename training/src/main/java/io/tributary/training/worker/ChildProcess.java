package io.tributary.training.worker;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.message.JsonFields;
import io.tributary.training.torch.Devices;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a worker's child process. Orders come from one thread at a time; {@link #kill} from
 * any.
 */
final class ChildProcess {
  private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);
  private static final int LONGEST_SOCKET_PATH = 100;
  private static final int EXIT_OUT_OF_MEMORY = 3;
  private static final long POLL_MILLIS = 100;
  private static final long EXIT_SECONDS = 10;

  /**
   * Ctrl-C in a terminal reaches every process of its group. The child keeps the ignored signal
   * over exec; it ends when its parent says so or is gone, and finishes its order before.
   */
  private static final List<String> IGNORING_INTERRUPTS =
      List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");

  private final Process process;
  private final OutputTail output;
  private final Optional<MemoryWatch> memory;
  private final Path folder;
  private final ServerSocketChannel listener;
  private final ChildWorkerOptions options;
  private volatile @Nullable SocketChannel channel;
  private volatile boolean killed;
  private volatile boolean between = true;
  private @Nullable SilenceWatch silence;

  private ChildProcess(
      ChildWorkerOptions options, Process process, Path folder, ServerSocketChannel listener) {
    this.options = options;
    this.process = process;
    this.folder = folder;
    this.listener = listener;
    output = OutputTail.of(process);
    memory = options.memory().map(limit -> new MemoryWatch(process, limit.bytes()));
  }

  /** Starts the process and returns at once; the first order waits for it. */
  static ChildProcess start(ChildWorkerOptions options) {
    @Nullable Path folder = null;
    try {
      folder =
          Files.createTempDirectory(
              options.temporary(),
              "tw",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path socket = socket(folder);
      var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        listener.bind(UnixDomainSocketAddress.of(socket));
        return new ChildProcess(options, spawn(options, socket), folder, listener);
      } catch (IOException | RuntimeException e) {
        listener.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      delete(folder);
      throw e instanceof FederationException failure ? failure : notStarted(e);
    }
  }

  private static Path socket(Path folder) {
    Path socket = folder.resolve("s");
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "temporary folder of the worker",
          folder.getParent() + "",
          "a path of at most " + (LONGEST_SOCKET_PATH - 24) + " bytes",
          "Name a shorter one.");
    }
    return socket;
  }

  private static Process spawn(ChildWorkerOptions options, Path socket) throws IOException {
    int threads = options.worker().threads();
    List<String> command = new ArrayList<>();
    command.addAll(IGNORING_INTERRUPTS);
    command.add(options.java().toString());
    command.addAll(
        List.of(
            "-Xmx" + options.heap().bytes(),
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            // what a native crash leaves: a report that the log names, and no image of the data
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + options.temporary().resolve("tributary-worker-%p.log"),
            "-XX:-UsePerfData",
            "-Dfile.encoding=UTF-8",
            "-Dai.djl.offline=true",
            "-Dai.djl.default_engine=PyTorch",
            "-Dai.djl.pytorch.num_threads=" + threads,
            "-Dai.djl.pytorch.num_interop_threads=1",
            "-Dai.djl.pytorch.graph_optimizer=false"));
    for (String name : List.of("ENGINE_CACHE_DIR", "DJL_CACHE_DIR")) {
      Optional.ofNullable(System.getProperty(name))
          .ifPresent(v -> command.add("-D" + name + "=" + v));
    }
    options.memory().ifPresent(limit -> command.add("-D" + Machine.LIMIT + "=" + limit.bytes()));
    command.addAll(
        List.of(
            "-cp",
            options.classPath(),
            options.main(),
            socket.toString(),
            String.valueOf(threads),
            String.valueOf(options.worker().mostThreads()),
            options.worker().device()));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(EngineEnvironment.of(threads));
    options
        .libtorch()
        .ifPresent(folder -> builder.environment().putAll(Devices.environment(folder)));
    return builder.start();
  }

  /** Whether the child waits for an order, so that another may be sent. */
  boolean idle() {
    return between && alive();
  }

  boolean alive() {
    return process.isAlive() && !killed;
  }

  /** Sends an order and reads what comes back, up to the outcome. */
  JsonValue exchange(String order, JsonValue body, Consumer<Progress> progress) {
    try {
      var frames = new Frames(channel());
      between = false;
      Optional<JsonFields> last = last(frames, order, body, progress);
      if (last.isPresent()) {
        between = true;
        return outcome(last.get());
      }
      throw ended(order);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        kill();
        throw Orders.cancelled();
      }
      throw ended(order);
    }
  }

  private Optional<JsonFields> last(
      Frames frames, String order, JsonValue body, Consumer<Progress> progress) throws IOException {
    try (var watch = new SilenceWatch(process, options.silence())) {
      silence = watch;
      frames.write(JsonValue.object().put("order", order).put("body", body).build());
      Optional<JsonFields> frame = frames.read();
      while (frame.isPresent() && frame.get().has("progress")) {
        progress.accept(Progress.parse(frame.get().value("progress")));
        watch.heard();
        frame = frames.read();
      }
      return frame;
    }
  }

  private static JsonValue outcome(JsonFields frame) {
    if (frame.has("failed")) {
      throw new FederationException(
          ErrorKind.valueOf(frame.text("failed")), frame.text("sentence"));
    }
    return frame.value("outcome");
  }

  /** Ends the process and frees what belongs to it. */
  void kill() {
    killed = true;
    process.destroyForcibly();
    memory.ifPresent(MemoryWatch::close);
    closeChannels();
    delete(folder);
  }

  private SocketChannel channel() throws IOException {
    SocketChannel open = channel;
    if (open == null) {
      open = accept();
      channel = open;
      // connected sockets outlive their path: nothing is left to clean if this process dies
      listener.close();
      delete(folder);
    }
    return open;
  }

  private SocketChannel accept() throws IOException {
    listener.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      listener.register(selector, SelectionKey.OP_ACCEPT);
      long rest = options.start().toMillis();
      while (rest > 0) {
        selector.select(POLL_MILLIS);
        SocketChannel accepted = listener.accept();
        if (accepted != null) {
          return accepted;
        }
        if (!process.isAlive() || Thread.currentThread().isInterrupted()) {
          throw new IOException("the worker ended before it connected");
        }
        rest -= POLL_MILLIS;
      }
    }
    throw FederationException.of(
        ErrorKind.WORKER_CRASHED,
        "worker process",
        "silent since its start",
        "a connection within " + options.start(),
        "Look at the machine's load.");
  }

  /** Why the process is gone, as a failure to be thrown. */
  private FederationException ended(String order) {
    try {
      if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(EXIT_SECONDS, TimeUnit.SECONDS);
      }
      String whole = output.whole();
      long exceeded = memory.map(MemoryWatch::exceededBytes).orElse(0L);
      if (exceeded > 0) {
        return outOfMemory(order, (exceeded >> 20) + " MiB resident, over the limit");
      }
      boolean noMemory =
          process.exitValue() == EXIT_OUT_OF_MEMORY
              || whole.contains("bad_alloc")
              || whole.contains("insufficient memory");
      if (!whole.isBlank()) {
        LOG.warn("{}: the worker's last output: {}", order, OutputTail.shown(whole));
      }
      if (noMemory) {
        return outOfMemory(order, "no memory could be had");
      }
      SilenceWatch watch = silence;
      return crashed(
          order,
          watch != null && watch.exceeded()
              ? "was silent for " + options.silence().toSeconds() + " s and was ended"
              : "ended with " + cause(process.exitValue()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Orders.cancelled();
    } finally {
      kill();
    }
  }

  private static FederationException outOfMemory(String order, String found) {
    return FederationException.of(
        ErrorKind.OUT_OF_MEMORY,
        order + " in the worker",
        found,
        "memory for model, batch and optimizer",
        "Lower the plan's batch-size (with train.accumulate for the same step) or max-tokens, set"
            + " train.recompute, or raise limits.memory.");
  }

  /**
   * Without the child's output, which may tell of the site's data: the sentence is told outside.
   */
  private static FederationException crashed(String order, String found) {
    return FederationException.of(
        ErrorKind.WORKER_CRASHED,
        order,
        "the worker process " + found,
        "an outcome",
        "Its last output is in the log; it is started again with the next order.");
  }

  private static String cause(int exit) {
    return exit > 128 ? "signal " + (exit - 128) + signalName(exit - 128) : "exit code " + exit;
  }

  private static String signalName(int signal) {
    return switch (signal) {
      case 6 -> " (aborted)";
      case 9 -> " (killed, perhaps because the machine ran out of memory)";
      case 11 -> " (invalid memory access)";
      case 15 -> " (ended on request)";
      default -> "";
    };
  }

  private static FederationException notStarted(Exception cause) {
    LOG.warn("the worker process can't be started", cause);
    return new FederationException(
        ErrorKind.WORKER_CRASHED,
        "worker process: can't be started (expected: a process). Check the temporary folder and"
            + " the Java installation; the log says why.",
        cause);
  }

  private void closeChannels() {
    try {
      listener.close();
      SocketChannel open = channel;
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      LOG.debug("socket of the worker", e);
    }
  }

  private static void delete(@Nullable Path folder) {
    if (folder == null) {
      return;
    }
    try {
      Files.deleteIfExists(folder.resolve("s"));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.debug("folder of the worker", e);
    }
  }
}
