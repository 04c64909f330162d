package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.client.Node;
import io.tributary.client.NodeParts;
import io.tributary.client.config.NodeConfig;
import io.tributary.coordinator.Coordinator;
import io.tributary.coordinator.CoordinatorSeams;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.rpc.VirtualChannels;
import io.tributary.simulations.rpc.VirtualOperator;
import io.tributary.simulations.rpc.VirtualServing;
import io.tributary.training.worker.InProcessWorker;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerOptions;
import io.tributary.transport.PeerChannels;
import io.tributary.transport.Retry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A coordinator and real nodes that really train, a tiny perceptron usually, each of which can be
 * ended at once and started again on its folder.
 */
final class RestartableFederation implements AutoCloseable {
  private static final AtomicLong SERVERS = new AtomicLong();
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final Path folder;
  private final String server = "tributary-restartable-" + SERVERS.incrementAndGet();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(2);
  private final Function<String, Worker> workers;
  private final Material material;
  private final JsonObject heldOut;
  private final SortedMap<String, Node> nodes = new TreeMap<>();
  private final List<PeerChannels> channels = new ArrayList<>();
  private Coordinator coordinator;

  /**
   * @param workers makes a node's worker, by its name
   */
  RestartableFederation(Path folder, Failpoints failpoints, Function<String, Worker> workers)
      throws IOException {
    this(folder, failpoints, workers, Material.signs());
  }

  /** The same that learns something else. */
  RestartableFederation(
      Path folder, Failpoints failpoints, Function<String, Worker> workers, Material material)
      throws IOException {
    this.folder = folder;
    this.workers = workers;
    this.material = material;
    heldOut = material.heldOut(folder);
    material.writeBase(folder.resolve("model"));
    this.coordinator = coordinator(failpoints);
  }

  static Worker worker(String name) {
    return InProcessWorker.open(WorkerOptions.defaults());
  }

  private Coordinator coordinator(Failpoints failpoints) {
    JsonObject tree =
        JsonValue.object()
            .put("federation", "restartable")
            .put("state", "coordinator")
            .put("durability", "full")
            .put("held-out", heldOut)
            .put("tls", noCertificates())
            .build();
    return Coordinator.start(
        CoordinatorConfig.read(Settings.of("coordinator", tree), folder),
        CoordinatorSeams.ofService("test", config -> worker("coordinator"))
            .withFailpoints(failpoints)
            .withServing(config -> new VirtualServing(server, executor)));
  }

  void restartCoordinator(Failpoints failpoints) {
    coordinator.close(Duration.ZERO);
    coordinator = coordinator(failpoints);
  }

  /** Starts a node, which must not run. */
  void start(String name) throws IOException {
    JsonObject tree =
        JsonValue.object()
            .put("coordinator", JsonValue.object().put("control", "localhost:1").build())
            .put("state", "node-" + name)
            .put("data", JsonValue.object().put("train", material.train(folder, name)).build())
            .put("tls", noCertificates())
            .build();
    NodeParts parts =
        NodeParts.real()
            .channels(config -> open(Role.NODE, name))
            .worker(config -> workers.apply(name))
            .threads(timers, executor)
            .durable(false)
            .warm(false);
    nodes.put(name, Node.start(NodeConfig.read(Settings.of("node " + name, tree), folder), parts));
  }

  /** Ends a node at once. */
  void end(String name) {
    requireNonNull(nodes.remove(name)).close(Duration.ZERO);
  }

  Path state(String node) {
    return folder.resolve("node-" + node);
  }

  RunId begin(Plan plan) {
    return operator().start(plan, folder.resolve("model"));
  }

  RunResult await(RunId run) {
    return operator().await(run, LONGEST);
  }

  private VirtualOperator operator() {
    var retry =
        new Retry(Retry.Policy.once(), new SplittableRandom(1), System::nanoTime, pause -> {});
    PeerChannels opened = open(Role.OPERATOR, "operator");
    channels.add(opened);
    return new VirtualOperator(opened, retry);
  }

  private VirtualChannels open(Role role, String name) {
    return VirtualChannels.open(
        server, new PeerName(new FederationName("restartable"), role, name), executor);
  }

  private static JsonObject noCertificates() {
    return JsonValue.object()
        .put("certificate", "none")
        .put("key", "none")
        .put("trust", "none")
        .build();
  }

  @Override
  public void close() {
    nodes.values().forEach(node -> node.close(Duration.ZERO));
    channels.forEach(opened -> opened.close(Duration.ZERO));
    coordinator.close(Duration.ZERO);
    executor.shutdownNow();
    timers.shutdownNow();
  }
}
