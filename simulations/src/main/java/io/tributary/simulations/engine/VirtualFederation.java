package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.client.Node;
import io.tributary.client.NodeParts;
import io.tributary.client.config.NodeConfig;
import io.tributary.coordinator.Coordinator;
import io.tributary.coordinator.CoordinatorSeams;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.config.Durability;
import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.rpc.DirectPeers;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
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
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.InProcessWorker;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerOptions;
import io.tributary.transport.Retry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A whole federation in one process: the real coordinator, its core, gate, spool and evaluation,
 * and nodes that differ from a site's only in how they are reached. Nothing is forced to the disk.
 */
public final class VirtualFederation implements AutoCloseable {
  private static final AtomicLong SERVERS = new AtomicLong();
  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final int TIMER_THREADS = 2;

  /** Joins under way at once: the driver's inbox turns away more than it holds. */
  private static final int JOINING = 1_000;

  private final Setting setting;
  private final String server;
  private final ExecutorService executor;
  private final ScheduledExecutorService timers;
  private final WorkerPool workers;
  private final Coordinator coordinator;
  private final VirtualChannels operatorChannels;
  private final VirtualServing serving;
  private final VirtualTime time;
  private final ThreadPoolExecutor trainers;
  private final List<Node> nodes = new ArrayList<>();
  private final List<VirtualNode> virtual = new ArrayList<>();

  /**
   * Where and with what.
   *
   * @param folder for state; one below it for each node
   * @param heldOut section {@code held-out} of a coordinator's file; empty: it evaluates nothing
   * @param workers that train and evaluate at the same time
   * @param durability whether the coordinator's writes are forced to the disk
   */
  public record Setting(
      FederationName federation,
      Path folder,
      Optional<JsonObject> heldOut,
      int workers,
      Durability durability) {
    public Setting {
      requireNonNull(federation, "federation");
      requireNonNull(folder, "folder");
      requireNonNull(heldOut, "heldOut");
      requireNonNull(durability, "durability");
    }

    /** One with examples at the coordinator. */
    public Setting(
        FederationName federation,
        Path folder,
        JsonObject heldOut,
        int workers,
        Durability durability) {
      this(federation, folder, Optional.of(heldOut), workers, durability);
    }

    /** The same; forces nothing. */
    public Setting(FederationName federation, Path folder, JsonObject heldOut, int workers) {
      this(federation, folder, heldOut, workers, Durability.NONE);
    }
  }

  private VirtualFederation(
      Setting setting, Supplier<? extends Worker> worker, UnaryOperator<Journal> journals) {
    this.setting = setting;
    this.server = "tributary-virtual-" + SERVERS.incrementAndGet();
    this.executor = Executors.newCachedThreadPool(task -> named(task, server));
    this.timers =
        Executors.newScheduledThreadPool(TIMER_THREADS, task -> named(task, server + "-timer"));
    this.workers = new WorkerPool(setting.workers(), worker);
    this.serving = new VirtualServing(server, executor);
    this.trainers = trainers(setting.workers(), server);
    this.coordinator =
        Coordinator.start(
            coordinatorConfig(setting),
            CoordinatorSeams.ofService("virtual", config -> workers.view())
                .withJournals(journals)
                .withServing(config -> serving));
    this.time = new VirtualTime(serving.direct(), executor);
    this.operatorChannels = VirtualChannels.open(server, peer(Role.OPERATOR, "operator"), executor);
  }

  /** Starts the coordinator, without nodes. */
  public static VirtualFederation start(Setting setting) {
    return start(setting, VirtualFederation::worker, UnaryOperator.identity());
  }

  /**
   * The same with other workers, and with something around the journal.
   *
   * @param worker makes one; called once for each of the setting's workers
   */
  public static VirtualFederation start(
      Setting setting, Supplier<? extends Worker> worker, UnaryOperator<Journal> journals) {
    return new VirtualFederation(setting, worker, journals);
  }

  /**
   * Starts a node.
   *
   * @param data section {@code data} of a node's file
   */
  public void join(NodeName name, JsonObject data) {
    NodeParts parts =
        NodeParts.real()
            .channels(
                config -> VirtualChannels.open(server, peer(Role.NODE, name.value()), executor))
            .worker(config -> workers.view())
            .threads(timers, executor)
            .durable(false)
            .warm(false);
    nodes.add(Node.start(nodeConfig(name, data), parts));
  }

  /**
   * Lets light nodes join, which have no threads and no files, and waits until all may be drawn.
   *
   * @param labels that their cards name
   * @param work what they do
   */
  public void join(List<VirtualSite> sites, List<String> labels, LocalWork work) {
    var around = new NodeSurroundings(serving.direct(), labels, trainers, timers, work);
    for (int from = 0; from < sites.size(); from += JOINING) {
      List<CompletionStage<Void>> joined = new ArrayList<>();
      for (VirtualSite site : sites.subList(from, Math.min(sites.size(), from + JOINING))) {
        var node = new VirtualNode(site, around);
        virtual.add(node);
        joined.add(node.start());
      }
      joined.forEach(stage -> stage.toCompletableFuture().join());
    }
  }

  /**
   * Work that trains with this federation's workers.
   *
   * @param data what the nodes' examples were read from
   */
  public LocalWork torchWork(DatasetSpec data) {
    return new TorchWork(workers, data, setting.folder().resolve("virtual"));
  }

  /** The time that nodes take whose work is {@link VirtualTime#timed}. */
  public VirtualTime time() {
    return time;
  }

  /** The operator's channels, for whoever speaks the operator's protocol himself. */
  public VirtualChannels operator() {
    return operatorChannels;
  }

  /** The way past the wire, to look at runs. */
  public DirectPeers direct() {
    return serving.direct();
  }

  /** The nodes that were asked in the attempt of an assignment. */
  public Set<NodeName> nodesOfAttempt(AssignmentId id) {
    return direct()
        .run(id.round().run())
        .map(
            run ->
                run.open().cohort().keySet().stream()
                    .filter(other -> other.round().equals(id.round()))
                    .filter(other -> other.attempt() == id.attempt())
                    .map(AssignmentId::node)
                    .collect(Collectors.toSet()))
        .orElseGet(Set::of);
  }

  /**
   * Judges a run's best checkpoint on a node's own examples: on its validation part where it has
   * one, else on what it trained on.
   *
   * @param data what the examples were read from
   */
  public EvaluationReport judge(RunId run, SiteData site, DatasetSpec data) {
    RunState state = direct().run(run).orElseThrow();
    Checkpoint best = state.best().orElseThrow().checkpoint();
    var order =
        new EvaluateOrder(
            state.plan(),
            direct().base(state.spec().base().digest()),
            direct().artifact(best.trained().digest()),
            data,
            "cpu",
            best.statistics().map(file -> direct().artifact(file.digest())));
    return workers.evaluate(order, site.examples(state.open().round()).evaluated(), () -> false);
  }

  /** Runs a plan to its end. */
  public RunResult run(Plan plan, Path base, Duration longest) {
    VirtualOperator own = ownOperator();
    return own.await(own.start(plan, base), longest);
  }

  /** Starts a run of a plan and returns at once; {@link #direct} tells how far it is. */
  public RunId begin(Plan plan, Path base) {
    return ownOperator().start(plan, base);
  }

  private VirtualOperator ownOperator() {
    var retry =
        new Retry(
            Retry.Policy.once(), new SecureRandom(), System::nanoTime, Retry.Pause.sleeping());
    return new VirtualOperator(operatorChannels, retry);
  }

  @Override
  public void close() {
    trainers.shutdownNow();
    virtual.forEach(VirtualNode::stop);
    nodes.forEach(Node::close);
    operatorChannels.close(CLOSE);
    coordinator.close(CLOSE);
    workers.close();
    executor.shutdownNow();
    timers.shutdownNow();
  }

  private static ThreadPoolExecutor trainers(int workers, String server) {
    return new ThreadPoolExecutor(
        workers,
        workers,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> named(task, server + "-trainer"));
  }

  private PeerName peer(Role role, String name) {
    return new PeerName(setting.federation(), role, name);
  }

  private static InProcessWorker worker() {
    return InProcessWorker.open(WorkerOptions.defaults());
  }

  private static Thread named(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Certificates and addresses are named because the file's form asks for them; nobody reads them.
   */
  private static CoordinatorConfig coordinatorConfig(Setting setting) {
    var tree =
        JsonValue.object()
            .put("federation", setting.federation().value())
            .put("state", "coordinator")
            .put("durability", setting.durability().token())
            .put("tls", noCertificates());
    setting.heldOut().ifPresent(section -> tree.put("held-out", section));
    return CoordinatorConfig.read(
        Settings.of("virtual coordinator", tree.build()), setting.folder());
  }

  private NodeConfig nodeConfig(NodeName name, JsonObject data) {
    JsonObject tree =
        JsonValue.object()
            .put("coordinator", JsonValue.object().put("control", "localhost:1").build())
            .put("state", "node-" + name)
            .put("data", data)
            .put("tls", noCertificates())
            .build();
    return NodeConfig.read(Settings.of("virtual node " + name, tree), setting.folder());
  }

  private static JsonObject noCertificates() {
    return JsonValue.object()
        .put("certificate", "none")
        .put("key", "none")
        .put("trust", "none")
        .build();
  }
}
