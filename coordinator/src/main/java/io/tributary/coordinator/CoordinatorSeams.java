package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.journal.Journal;
import io.tributary.training.worker.ChildWorker;
import io.tributary.training.worker.ChildWorkerOptions;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerOptions;
import io.tributary.transport.artifact.Disk;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * The places where a simulation or a test puts something of its own into a coordinator.
 *
 * @param version of Tributary
 * @param clock wall clock
 * @param nanos monotonic clock
 * @param random draws the ends of run ids, nothing else
 * @param failpoints where a test may end the process
 * @param workers starts the worker that evaluates; called once, in the background
 * @param serving opens the services to peers
 * @param disk where everything but the journal is written
 * @param journals what stands around the journal: a measure's, else nothing
 */
public record CoordinatorSeams(
    String version,
    InstantSource clock,
    LongSupplier nanos,
    RandomGenerator random,
    Failpoints failpoints,
    Function<CoordinatorConfig, Worker> workers,
    Function<CoordinatorConfig, ServingSeam> serving,
    Disk disk,
    UnaryOperator<Journal> journals) {
  public CoordinatorSeams {
    requireNonNull(version, "version");
    requireNonNull(clock, "clock");
    requireNonNull(nanos, "nanos");
    requireNonNull(random, "random");
    requireNonNull(failpoints, "failpoints");
    requireNonNull(workers, "workers");
    requireNonNull(serving, "serving");
    requireNonNull(disk, "disk");
    requireNonNull(journals, "journals");
  }

  /** A coordinator in service: TLS, the system's clocks, a worker in a child process. */
  public static CoordinatorSeams ofService(String version) {
    return ofService(version, CoordinatorSeams::childWorker);
  }

  private static Worker childWorker(CoordinatorConfig config) {
    WorkerOptions worker =
        WorkerOptions.defaults()
            .withThreads(config.threads())
            .withDevice(config.device().toString());
    ChildWorkerOptions child =
        ChildWorkerOptions.defaults().withWorker(worker).withLibtorch(config.libtorch());
    return ChildWorker.open(config.limits().memory().map(child::withMemory).orElse(child));
  }

  /** The same with another worker. */
  public static CoordinatorSeams ofService(
      String version, Function<CoordinatorConfig, Worker> workers) {
    InstantSource clock = InstantSource.system();
    LongSupplier nanos = System::nanoTime;
    return new CoordinatorSeams(
        version,
        clock,
        nanos,
        new SecureRandom(),
        Failpoints.ofProcess(),
        workers,
        config -> TlsServing.read(config, clock, nanos),
        Disk.system(),
        UnaryOperator.identity());
  }

  public CoordinatorSeams withServing(Function<CoordinatorConfig, ServingSeam> other) {
    return new CoordinatorSeams(
        version, clock, nanos, random, failpoints, workers, other, disk, journals);
  }

  public CoordinatorSeams withFailpoints(Failpoints other) {
    return new CoordinatorSeams(
        version, clock, nanos, random, other, workers, serving, disk, journals);
  }

  public CoordinatorSeams withClock(InstantSource wall, LongSupplier monotonic) {
    return new CoordinatorSeams(
        version, wall, monotonic, random, failpoints, workers, serving, disk, journals);
  }

  public CoordinatorSeams withDisk(Disk other) {
    return new CoordinatorSeams(
        version, clock, nanos, random, failpoints, workers, serving, other, journals);
  }

  public CoordinatorSeams withRandom(RandomGenerator other) {
    return new CoordinatorSeams(
        version, clock, nanos, other, failpoints, workers, serving, disk, journals);
  }

  public CoordinatorSeams withJournals(UnaryOperator<Journal> other) {
    return new CoordinatorSeams(
        version, clock, nanos, random, failpoints, workers, serving, disk, other);
  }
}
