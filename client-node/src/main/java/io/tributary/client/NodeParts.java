package io.tributary.client;

import static java.util.Objects.requireNonNull;

import io.tributary.client.config.NodeConfig;
import io.tributary.client.rpc.SiteChannels;
import io.tributary.client.session.SessionRules;
import io.tributary.client.task.FileData;
import io.tributary.client.task.NodeData;
import io.tributary.client.task.SiteWorker;
import io.tributary.federation.NodeName;
import io.tributary.training.worker.Worker;
import io.tributary.transport.PeerChannels;
import io.tributary.transport.artifact.Disk;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * What a node is made of. {@link #real} gives a node over TLS with a worker in a child process; an
 * application or simulation replaces what it brings itself before it starts the node. Confined to
 * one thread; used for one node.
 */
public final class NodeParts {
  Function<NodeConfig, PeerChannels> channels =
      config -> SiteChannels.open(config, InstantSource.system());
  Function<NodeConfig, Optional<NodeName>> owner =
      config -> Optional.of(SiteChannels.owner(config, Instant.now()));
  Function<NodeConfig, Worker> worker = SiteWorker::open;
  Function<NodeConfig, NodeData> data = config -> FileData.open(config.data());
  InstantSource clock = steadyClock();
  LongSupplier nanos = System::nanoTime;
  RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create();
  Supplier<NodeThreads> threads = NodeThreads::own;
  Optional<SessionRules> rules = Optional.empty();
  long memoryBytes = physicalMemory();
  boolean durable = true;
  Disk disk = Disk.system();
  boolean warm = true;
  String version =
      Optional.ofNullable(Node.class.getPackage().getImplementationVersion()).orElse("dev");
  Consumer<NodeStatus> listener = status -> {};

  private NodeParts() {}

  /** A node as sites run it. */
  public static NodeParts real() {
    return new NodeParts();
  }

  /** Connections to the coordinator; the node closes them. */
  public NodeParts channels(Function<NodeConfig, PeerChannels> factory) {
    channels = requireNonNull(factory, "factory");
    owner = config -> Optional.empty();
    return this;
  }

  /** The one worker of the node, made when it is first needed; the node closes it. */
  public NodeParts worker(Function<NodeConfig, Worker> factory) {
    worker = requireNonNull(factory, "factory");
    return this;
  }

  /** Examples in hand, instead of the files that the configuration names. */
  public NodeParts data(NodeData given) {
    requireNonNull(given, "given");
    data = config -> given;
    return this;
  }

  /**
   * Time.
   *
   * @param instants that never go back
   * @param monotonic nanoseconds, for rates
   */
  public NodeParts time(InstantSource instants, LongSupplier monotonic) {
    clock = requireNonNull(instants, "instants");
    nanos = requireNonNull(monotonic, "monotonic");
    return this;
  }

  /** Where back-off is drawn from. */
  public NodeParts random(RandomGenerator generator) {
    random = requireNonNull(generator, "generator");
    return this;
  }

  /** Threads shared with other nodes; the node does not end them. */
  public NodeParts threads(ScheduledExecutorService timers, Executor workers) {
    requireNonNull(timers, "timers");
    requireNonNull(workers, "workers");
    threads = () -> NodeThreads.shared(timers, workers);
    return this;
  }

  /** Numbers of the session, instead of those of the configuration. */
  public NodeParts rules(SessionRules given) {
    rules = Optional.of(given);
    return this;
  }

  /** Whether files are forced to the disk; off in simulations. */
  public NodeParts durable(boolean force) {
    durable = force;
    return this;
  }

  /** Where files are written. */
  public NodeParts disk(Disk other) {
    disk = requireNonNull(other, "other");
    return this;
  }

  /** Whether the worker is made at the start, so that it is warm when the first order comes. */
  public NodeParts warm(boolean atStart) {
    warm = atStart;
    return this;
  }

  /** The version that the node says it has. */
  public NodeParts version(String name) {
    version = requireNonNull(name, "name");
    return this;
  }

  /** Is told each change, progress included (at most a few times a second); must be brief. */
  public NodeParts listener(Consumer<NodeStatus> consumer) {
    listener = requireNonNull(consumer, "consumer");
    return this;
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  /** The wall clock at the start, driven by the monotonic one: a clock that is set does no harm. */
  private static InstantSource steadyClock() {
    Instant start = Instant.now();
    long origin = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - origin);
  }
}
