package io.tributary.client;

import static java.util.Objects.requireNonNull;

import io.tributary.client.cache.ArtifactCache;
import io.tributary.client.config.NodeConfig;
import io.tributary.client.policy.SentLog;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.session.SessionMachine;
import io.tributary.client.session.SessionRules;
import io.tributary.client.task.FinishedUpdate;
import io.tributary.client.task.NodeData;
import io.tributary.client.task.TaskParts;
import io.tributary.client.task.UpdateStore;
import io.tributary.federation.NodeName;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running node: joins the coordinator, trains what it is asked to, submits, reconnects by itself.
 * It ends when it is closed, superseded, or refused for good.
 *
 * <pre>
 * NodeConfig config = NodeConfig.read(settings, folder);
 * try (Node node = Node.start(config, NodeParts.real())) {
 *   NodeEnd end = node.awaitEnd();
 * }
 * </pre>
 *
 * Its state folder holds {@code cache/} (base models and checkpoints), {@code updates/} (finished,
 * without receipt), {@code work/} (half done), {@code runs/} (steps per round) and {@code sent.log}
 * (what left the site). Safe for several threads.
 */
public final class Node implements AutoCloseable {
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

  private final SessionDriver driver;

  private Node(SessionDriver driver) {
    this.driver = driver;
  }

  /**
   * Reads the data, opens the state folder and starts to connect. Returns before the node has
   * joined. Refused where the data can't be used (INVALID_DATA), the state folder is in use
   * (IN_USE) or certificates can't be read (INVALID_CONFIG).
   */
  public static Node start(NodeConfig config, NodeParts parts) {
    requireNonNull(config, "config");
    requireNonNull(parts, "parts");
    NodeData data = parts.data.apply(config);
    StateLock lock = StateLock.take(config.state());
    try {
      return start(config, parts, data, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Node start(NodeConfig config, NodeParts parts, NodeData data, StateLock lock) {
    Optional<NodeName> owner = parts.owner.apply(config);
    Path state = config.state();
    DurableFiles files =
        parts.durable ? DurableFiles.forced(parts.disk) : DurableFiles.unforced(parts.disk);
    var updates = UpdateStore.open(state, files);
    var cache =
        ArtifactCache.open(state.resolve("cache"), config.limits().cache(), files, parts.clock);
    var sent = new SentLog(state.resolve("sent.log"), files);
    var worker = new LazyWorker(() -> parts.worker.apply(config));
    int threads = config.limits().threads().orElse(Runtime.getRuntime().availableProcessors());
    var task =
        new TaskParts(
            config.policy(),
            data,
            threads,
            cache,
            updates,
            worker,
            config.device().toString(),
            parts.nanos,
            () -> freeBytes(state));
    SessionRules rules = parts.rules.orElseGet(() -> rules(config));
    var machine = new SessionMachine(rules, parts.random);
    var driver = new SessionDriver(machine, config, parts, task, sent, worker, lock);
    driver.start(held(updates.finished(), owner));
    return new Node(driver);
  }

  /** Updates of a node that had another name stay on the disk and are not spoken of. */
  private static List<SessionEvent.HeldUpdate> held(
      List<FinishedUpdate> updates, Optional<NodeName> owner) {
    return updates.stream()
        .filter(update -> owner.map(update.id().node()::equals).orElse(true))
        .map(update -> new SessionEvent.HeldUpdate(update.id(), update.checkpoint()))
        .toList();
  }

  private static SessionRules rules(NodeConfig config) {
    SessionRules usual = SessionRules.defaults();
    return new SessionRules(
        config.backOff().first(),
        config.backOff().longest(),
        usual.stableAfter(),
        usual.offerGrace(),
        usual.atOnce(),
        usual.remembered());
  }

  private static long freeBytes(Path state) {
    try {
      return Files.getFileStore(state).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The node now. */
  public NodeStatus state() {
    return driver.status();
  }

  /** Waits until the node has ended and freed everything. */
  public NodeEnd awaitEnd() throws InterruptedException {
    try {
      return driver.end().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end is never exceptional", e);
    }
  }

  /** Waits for the end, but not longer than this; empty where it has not come. */
  public Optional<NodeEnd> awaitEnd(Duration longest) throws InterruptedException {
    try {
      return Optional.of(driver.end().get(longest.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end is never exceptional", e);
    }
  }

  /**
   * Takes nothing new, finishes what is open, and ends; past the deadline running work is given up.
   * Finished updates stay on the disk and are submitted by the next start.
   */
  public void close(Duration deadline) {
    driver.tell(new SessionEvent.StopAsked(deadline.isZero()));
    try {
      if (awaitEnd(deadline).isEmpty()) {
        driver.tell(new SessionEvent.StopAsked(true));
        awaitEnd(CLOSE_WITHIN);
      }
    } catch (InterruptedException e) {
      driver.tell(new SessionEvent.StopAsked(true));
      Thread.currentThread().interrupt();
    }
  }

  /** Gives running work up and ends, within ten seconds. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
