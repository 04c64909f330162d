package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;

import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.tributary.aggregation.Execution;
import io.tributary.coordinator.admission.RunAdmission;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.config.Durability;
import io.tributary.coordinator.driver.DriverOptions;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.effect.RootTraining;
import io.tributary.coordinator.effect.RootUpdates;
import io.tributary.coordinator.effect.RoundEffects;
import io.tributary.coordinator.effect.RoundWork;
import io.tributary.coordinator.evaluation.Evaluator;
import io.tributary.coordinator.evaluation.HeldOut;
import io.tributary.coordinator.journal.FolderLock;
import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.journal.UnkeptJournal;
import io.tributary.coordinator.registry.NodeRegistry;
import io.tributary.coordinator.rpc.ArtifactsService;
import io.tributary.coordinator.rpc.DirectPeers;
import io.tributary.coordinator.rpc.OperationsService;
import io.tributary.coordinator.rpc.ParticipationService;
import io.tributary.coordinator.security.Access;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.OpenCalls;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.chunk.StallWatch;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator: one state folder, one driver, two listeners. Started whole or not at all; what was
 * started is stopped in reverse. It serves before its worker is warm.
 */
public final class Coordinator implements AutoCloseable {
  /** Where a coordinator is reached; both empty within a process. */
  public record Serving(Optional<InetSocketAddress> control, Optional<InetSocketAddress> bulk) {}

  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
  private static final Duration LONGEST_STALL = Duration.ofSeconds(60);
  private static final Duration USUAL_CLOSING = Duration.ofSeconds(10);

  private final CoordinatorConfig config;
  private final CoordinatorSeams seams;
  private final Closer closer = new Closer();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final CompletableFuture<Integer> bulkPort = new CompletableFuture<>();
  private final OpenCalls openCalls = new OpenCalls();
  private final HealthStatusManager health = new HealthStatusManager();
  private final NodeRegistry registry;
  private Optional<ServingSeam.Listening> listening = Optional.empty();
  private boolean closed;

  private Coordinator(CoordinatorConfig config, CoordinatorSeams seams) {
    this.config = requireNonNull(config, "config");
    this.seams = requireNonNull(seams, "seams");
    this.registry = new NodeRegistry(seams.clock());
  }

  /**
   * Opens the state folder, takes up the runs in it and serves. Refused with IN_USE where another
   * coordinator holds the folder or a process the port, with CORRUPT where the journal does not fit
   * its chain, with INVALID_CONFIG where a file that the configuration names can't be used.
   */
  public static Coordinator start(CoordinatorConfig config, CoordinatorSeams seams) {
    var coordinator = new Coordinator(config, seams);
    try {
      coordinator.start();
      return coordinator;
    } catch (Throwable failure) {
      coordinator.closer.closeAfter(failure);
      throw failure;
    }
  }

  private void start() {
    ServingSeam serving = seams.serving().apply(config);
    HeldOut heldOut =
        config.heldOut().map(o -> new HeldOut(o.selection(), o.test())).orElseGet(HeldOut::none);
    heldOut.checkReadable();
    serving.checkFree();
    // from here on the state folder changes: what refuses a start must come before
    Journal journal = closer.register(seams.journals().apply(journal()));
    Stores stores = stores();
    Pools pools = closer.register(Pools.open(threads()));
    var evaluator =
        closer.register(
            new Evaluator(
                () -> seams.workers().apply(config), heldOut, config.device().toString()));
    // closed before worker and pools: what those cut short must not be journaled as failed work
    RoundDriver driver =
        RoundDriver.open(
            journal,
            DriverOptions.of(seams.clock(), seams.nanos(), seams.failpoints(), this::fatal));
    closer.register(driver);
    driver.onTrouble(
        trouble ->
            health.setStatus(
                HealthStatusManager.SERVICE_NAME_ALL_SERVICES,
                trouble.isPresent() ? ServingStatus.NOT_SERVING : ServingStatus.SERVING));
    driver.start(effects(stores, pools, driver, evaluator));
    listen(serving, services(serving, stores, pools, driver, heldOut));
    // after serving: its process would take the cores that peers wait for
    pools.evaluating().execute(() -> warm(evaluator));
  }

  private int threads() {
    return config.limits().threadsOf(Runtime.getRuntime().availableProcessors());
  }

  /** What lies in the state folder beside the journal. */
  private record Stores(
      StateFolder folder,
      ArtifactStore artifacts,
      Spool spool,
      BaseModels bases,
      CheckpointStore checkpoints) {}

  private Journal journal() {
    if (config.durability() == Durability.FULL) {
      return SqliteJournal.open(config.state());
    }
    closer.register(FolderLock.take(config.state()));
    return new UnkeptJournal();
  }

  private Stores stores() {
    DurableFiles files =
        config.durability() == Durability.FULL
            ? DurableFiles.forced(seams.disk())
            : DurableFiles.unforced(seams.disk());
    StateFolder folder = StateFolder.open(config.state(), files);
    ArtifactStore artifacts = ArtifactStore.open(folder.artifacts(), files);
    var bases = new BaseModels(folder.models(), artifacts, files);
    return new Stores(
        folder,
        artifacts,
        Spool.open(folder.spool(), config.limits().spool(), files),
        bases,
        new CheckpointStore(
            folder.checkpoints(), artifacts, files, seams.failpoints(), bases::holds));
  }

  private RoundEffects effects(
      Stores stores, Pools pools, RoundDriver driver, Evaluator evaluator) {
    var work =
        new RoundWork(
            new RoundWork.Parts(
                stores.spool(),
                stores.checkpoints(),
                stores.bases(),
                evaluator,
                roots(stores, evaluator),
                new Execution(Execution.USUAL_BLOCK_BYTES, threads(), pools.blocks()),
                stores.folder().temporary(),
                seams.clock(),
                seams.version()));
    return new RoundEffects(
        new RoundEffects.Parts(
            work,
            stores.spool(),
            stores.checkpoints(),
            registry,
            pools.judging(),
            pools.aggregating(),
            pools.evaluating(),
            driver,
            seams.failpoints(),
            stores.folder().root()));
  }

  private RootUpdates roots(Stores stores, Evaluator evaluator) {
    if (config.rootSet().isEmpty()) {
      return RootUpdates.none();
    }
    return new RootTraining(
        config.rootSet().get(),
        evaluator,
        stores.checkpoints(),
        stores.bases(),
        config.device().toString());
  }

  private RunAdmission admission(Stores stores, RoundDriver driver, HeldOut heldOut) {
    return new RunAdmission(
        new RunAdmission.Parts(
            stores.bases(),
            stores.checkpoints(),
            heldOut,
            config.torchscript(),
            config.rootSet(),
            config.limits().update(),
            stores.folder().temporary(),
            driver::world,
            seams.clock(),
            seams.version()),
        seams.random());
  }

  private ServingSeam.Services services(
      ServingSeam serving, Stores stores, Pools pools, RoundDriver driver, HeldOut heldOut) {
    var watch = new StallWatch(pools.timer(), seams.nanos(), LONGEST_STALL);
    var admission = admission(stores, driver, heldOut);
    var participation =
        new ParticipationService(
            new ParticipationService.Parts(
                config.federation(),
                config.lease(),
                config.limits().examples(),
                watch,
                bulkPort::join,
                registry,
                driver));
    var operations =
        new OperationsService(
            new OperationsService.Parts(
                config.federation(),
                seams.version(),
                seams.clock().instant(),
                driver,
                registry,
                admission,
                stores.checkpoints(),
                stores.bases(),
                () -> serving.reload(openCalls),
                pools.watching()));
    var artifacts =
        new ArtifactsService(
            new ArtifactsService.Parts(
                stores.artifacts(),
                stores.folder()::freeBytes,
                stores.bases(),
                stores.spool(),
                driver,
                watch,
                seams.failpoints()));
    List<ServerServiceDefinition> control =
        List.of(
            participation.bindService(),
            operations.bindService(),
            health.getHealthService().bindService(),
            ProtoReflectionServiceV1.newInstance().bindService());
    var direct =
        new DirectPeers(
            new DirectPeers.Parts(
                registry, driver, stores.spool(), stores.checkpoints(), stores.bases()));
    return new ServingSeam.Services(
        control, List.of(artifacts.bindService()), Access.table(), openCalls, direct);
  }

  private void listen(ServingSeam serving, ServingSeam.Services services) {
    ServingSeam.Listening open = serving.listen(services);
    listening = Optional.of(open);
    bulkPort.complete(open.bulk().map(InetSocketAddress::getPort).orElse(0));
    LOG.info("serving: control {}, bulk {}", named(open.control()), named(open.bulk()));
  }

  private static String named(Optional<InetSocketAddress> address) {
    return address.map(InetSocketAddress::toString).orElse("none of its own");
  }

  private static void warm(Evaluator evaluator) {
    try {
      evaluator.warm();
    } catch (RuntimeException e) {
      // the first evaluation tries again and tells the run what is wrong
      LOG.warn("the worker is not ready: {}", e.getMessage());
    }
  }

  private void fatal(Throwable cause) {
    ended.completeExceptionally(
        new FederationException(
            ErrorKind.INTERNAL,
            "coordinator: its driver ended, "
                + cause.getMessage()
                + " (expected: a journal that can be written). Mend the cause and start it again;"
                + " nothing that was receipted is lost.",
            cause));
  }

  /** Where it is reached. */
  public Serving serving() {
    return listening
        .map(open -> new Serving(open.control(), open.bulk()))
        .orElseThrow(() -> new IllegalStateException("not serving"));
  }

  /** Waits until it is closed; throws what ended it otherwise. */
  public void awaitEnd() throws InterruptedException {
    try {
      ended.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof FederationException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }

  /** Closes within ten seconds. */
  @Override
  public void close() {
    close(USUAL_CLOSING);
  }

  /**
   * Tells nodes to come back later, lets open calls end until the deadline, then stops everything.
   * Runs stay as they are and go on at the next start.
   */
  public void close(Duration deadline) {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    LOG.info("going down");
    health.enterTerminalState();
    registry.drain();
    listening.ifPresent(open -> open.close(deadline));
    try {
      closer.close();
    } finally {
      ended.complete(null);
    }
  }
}
