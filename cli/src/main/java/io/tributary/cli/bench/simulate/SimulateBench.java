package io.tributary.cli.bench.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.cli.bench.Figure;
import io.tributary.cli.bench.Limit;
import io.tributary.cli.bench.Measured;
import io.tributary.cli.bench.PerformanceBench;
import io.tributary.cli.output.Console;
import io.tributary.cli.process.JavaCommand;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Simulated client-rounds a second, each case in a process of its own. */
public final class SimulateBench implements PerformanceBench {
  private static final String NAME = "simulate";
  private static final String HEAP = "3g";
  private static final double NOOP_LIMIT = 20_000;
  private static final double FLAT_BYTES = 5_000;
  private static final double MANY_MEGABYTES = 4_000;
  private static final double LINEAR = 0.7;
  private static final int NODES = 1_000;
  private static final int COHORT = 100;
  private static final int FORCED_ROUNDS = 30;
  private static final int MANY = 10_000;
  private static final int FOURFOLD = 4;
  private static final int REPEATS = 3;
  private static final int LENET_NODES = 100;
  private static final int LENET_COHORT = 10;
  private static final int LENET_ROUNDS = 12;

  /** 600 pictures, 1.7 million operations each, forward and backward. */
  private static final double LENET_STEP_FLOP = 600 * 1.7e6;

  /**
   * What is measured.
   *
   * @param cases some of {@link #CASES}
   * @param rounds of the case {@code noop}
   * @param workers nodes that work at the same time
   * @param data folder of Fashion-MNIST's files
   * @param against command of another program that does the work of {@code lenet-fmnist}; its last
   *     line is JSON with {@code overall_client_rounds_per_s}; empty: none
   */
  public record Order(
      List<String> cases, int rounds, int workers, Path data, List<String> against) {
    /** All cases, in the order in which they are measured. */
    public static final List<String> CASES = List.of("noop", LenetSimulation.NAME);

    public Order {
      cases = List.copyOf(cases);
      against = List.copyOf(against);
      for (String name : cases) {
        if (!CASES.contains(name)) {
          throw FederationException.of(
              ErrorKind.INVALID_CONFIG,
              "--cases",
              name,
              String.join(", ", CASES),
              "Choose among them.");
        }
      }
      if (rounds < 10 || workers < 1) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "--rounds, --workers",
            rounds + ", " + workers,
            "10 rounds and 1 worker, or more",
            "Raise them.");
      }
    }
  }

  private final Order order;

  public SimulateBench(Order order) {
    this.order = requireNonNull(order, "order");
  }

  /** With its usual settings. */
  public static SimulateBench usual() {
    int cores = Runtime.getRuntime().availableProcessors();
    return new SimulateBench(new Order(List.of("noop"), 2_000, cores, Path.of(""), List.of()));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String heading() {
    return "Simulated clients";
  }

  @Override
  public List<String> explanation() {
    return List.of(
        """
        Virtual nodes on the real coordinator in one process: its core, gate, spool, receipts and evaluation; the nodes have the
        client's session. *noop*: 1,000 nodes, 100 of them in each round, a model of 10 values to each of which a node adds a
        number; rounds from their opening to their commit, the first hundred left out. *forced*: the same where every receipt
        waits for the disk. *linear*: four times as many nodes in four times as large cohorts, its rate over that of *noop*.
        *many*: 10,000 nodes. *lenet-fmnist*: 100 nodes of 600 pictures, 10 a round, LeNet, one epoch in batches of 64."""
            .strip());
  }

  @Override
  public List<Measured> measure(Path folder, Console console) {
    List<Measured> figures = new ArrayList<>();
    if (order.cases().contains("noop")) {
      figures.addAll(noop(folder, console));
    }
    if (order.cases().contains(LenetSimulation.NAME)) {
      figures.addAll(lenet(folder, console));
    }
    return figures;
  }

  /** In turns with the other program, so that a machine that changes its pace changes both. */
  private List<Measured> lenet(Path folder, Console console) {
    List<SimulateFigures> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      ours.add(
          run(
              new SimulateOrder(
                  LenetSimulation.NAME,
                  folder.resolve("lenet-" + repeat),
                  order.data(),
                  LENET_NODES,
                  LENET_COHORT,
                  LENET_ROUNDS,
                  order.workers(),
                  false),
              console));
      if (!order.against().isEmpty()) {
        console.note("the other program ...");
        theirs.add(OtherLoop.clientsPerSecond(order.against()));
      }
    }
    double rate = median(ours.stream().map(SimulateFigures::clientsPerSecond).toList());
    double other = theirs.isEmpty() ? 0 : median(theirs);
    SimulateFigures first = ours.get(0);
    double gigaflops = rate * LENET_STEP_FLOP / 1e9;
    return List.of(
        new Measured(
            figure(
                LenetSimulation.NAME, "client-rounds, median", rate, "clients/s", other, REPEATS),
            other == 0 ? Limit.none() : Limit.ratioAtLeast(1)),
        told(LenetSimulation.NAME, "arithmetic", gigaflops, "GFLOP/s", REPEATS),
        told(LenetSimulation.NAME, "first round", first.firstRoundSeconds(), "s", 1),
        told(LenetSimulation.NAME, "12 rounds, process", first.wallSeconds(), "s", 1),
        told(LenetSimulation.NAME, "processor time", first.processorSeconds(), "s", 1),
        told(LenetSimulation.NAME, "peak memory", first.peakMegabytes(), "MB", 1));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private List<Measured> noop(Path folder, Console console) {
    SimulateFigures plain = measured(folder, "noop", NODES, COHORT, order.rounds(), console);
    SimulateFigures forced =
        run(order("forced", folder, NODES, COHORT, FORCED_ROUNDS, true), console);
    SimulateFigures fourfold =
        measured(
            folder,
            "linear",
            FOURFOLD * NODES,
            FOURFOLD * COHORT,
            Math.max(10, order.rounds() / FOURFOLD),
            console);
    SimulateFigures many = measured(folder, "many", MANY, COHORT, order.rounds(), console);
    List<Measured> figures = new ArrayList<>();
    figures.add(rate("noop", plain, 0, Limit.atLeast(NOOP_LIMIT)));
    figures.add(
        told(
            "noop",
            "client-rounds, last third",
            plain.lateClientsPerSecond(),
            "clients/s",
            plain.rounds()));
    figures.add(told("noop", "slowest round", plain.slowest(), "clients/s", plain.rounds()));
    figures.add(told("noop", "fastest round", plain.fastest(), "clients/s", plain.rounds()));
    figures.add(
        told(
            "noop",
            "processor time, last third",
            plain.steadyMicros(),
            "us/client",
            plain.rounds()));
    figures.add(told("noop", "first round", plain.firstRoundSeconds(), "s", 1));
    figures.add(
        new Measured(
            figure("noop", "live heap grown", plain.heapBytesPerRound(), "B/round", 0, 1),
            Limit.atMost(FLAT_BYTES)));
    figures.add(told("noop", "peak memory", plain.peakMegabytes(), "MB", 1));
    figures.add(rate("noop forced", forced, 0, Limit.none()));
    figures.add(
        rate("noop linear", fourfold, plain.clientsPerSecond(), Limit.ratioAtLeast(LINEAR)));
    figures.add(rate("noop many", many, plain.clientsPerSecond(), Limit.none()));
    figures.add(
        new Measured(
            figure("noop many", "peak memory", many.peakMegabytes(), "MB", 0, 1),
            Limit.atMost(MANY_MEGABYTES)));
    return figures;
  }

  private SimulateFigures measured(
      Path folder, String name, int nodes, int cohort, int rounds, Console console) {
    return run(order(name, folder, nodes, cohort, rounds, false), console);
  }

  private SimulateOrder order(
      String name, Path folder, int nodes, int cohort, int rounds, boolean forced) {
    return new SimulateOrder(
        "noop", folder.resolve(name), Path.of(""), nodes, cohort, rounds, order.workers(), forced);
  }

  private static Measured rate(String name, SimulateFigures figures, double against, Limit limit) {
    return new Measured(
        figure(
            name,
            "client-rounds, median",
            figures.clientsPerSecond(),
            "clients/s",
            against,
            figures.rounds()),
        limit);
  }

  private static Measured told(String name, String metric, double value, String unit, int samples) {
    return Measured.of(figure(name, metric, value, unit, 0, samples));
  }

  private static Figure figure(
      String name, String metric, double value, String unit, double against, int samples) {
    return new Figure(NAME, name, metric, value, unit, against, samples);
  }

  /** Runs a simulation in a process of its own; its last line has the figures. */
  private static SimulateFigures run(SimulateOrder order, Console console) {
    console.note(
        order.folder().getFileName()
            + ": "
            + order.nodes()
            + " nodes, "
            + order.cohort()
            + " a round, "
            + order.rounds()
            + " rounds ...");
    Path log = order.folder().resolveSibling(order.folder().getFileName() + ".log");
    try {
      Files.createDirectories(order.folder());
      Process process =
          new ProcessBuilder(
                  JavaCommand.of(
                      SimulateProcess.class.getName(),
                      HEAP,
                      List.of("-XX:-UseSerialGC", "-XX:+UseParallelGC"),
                      List.of(order.text())))
              .redirectError(log.toFile())
              .start();
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
      if (process.waitFor() == 0 && !lines.isEmpty()) {
        return SimulateFigures.parse(lines.get(lines.size() - 1));
      }
      throw FederationException.of(
          ErrorKind.WORKER_FAILED,
          "simulation",
          "exit code " + process.exitValue(),
          "0 and its figures",
          "See " + log + ".");
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, log + ": can't be written (expected: room for a bench).", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FederationException(ErrorKind.CANCELLED, "bench: interrupted", e);
    }
  }
}
