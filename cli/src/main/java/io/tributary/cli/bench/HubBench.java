package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.output.Console;
import io.tributary.coordinator.round.Transition.UpdateReceipted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Rounds of a model of 100 MB against the number of nodes: time, bytes and memory of the hub. */
public final class HubBench implements PerformanceBench {
  private static final String NAME = "hub";
  private static final double MEGABYTE = 1e6;
  private static final double TIMES = 5;

  /** Megabytes per client within which the hub's memory counts as flat. */
  private static final double FLAT = 5;

  /** What Flower 1.41 reached in the same work on a machine of this kind, by number of nodes. */
  private static final Map<Integer, Double> FLOWER = Map.of(2, 131.0, 4, 73.0, 8, 73.0);

  private static final int FLOOR_ROUNDS = 12;

  /**
   * What is measured.
   *
   * @param nodes numbers of nodes, each a federation of its own
   */
  public record Order(List<Integer> nodes, int rounds) {
    public Order {
      nodes = List.copyOf(nodes);
      nodes.forEach(number -> NoOpSettings.check("--nodes", number, 20));
      NoOpSettings.check("--rounds", rounds, 1_000);
    }
  }

  /** One federation's figures. */
  private record Row(int nodes, double hubPeak) {}

  private final Order order;

  public HubBench(Order order) {
    this.order = requireNonNull(order, "order");
  }

  static HubBench usual() {
    return new HubBench(new Order(List.of(2, 4, 8), 9));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String heading() {
    return "A model of 100 MB through the hub";
  }

  @Override
  public List<String> explanation() {
    return List.of(
        """
        25 tensors of 1,000,000 float32 (and their biases), changed in every value by every node in every round; each node and
        each worker is a process, all on one machine. The first round, in which the base model crosses once, is told apart; the
        others are the median. *Effective* counts what Flower 1.41 moves for the same work, the model twice down (train and
        evaluate) and once up, over the round without its floor: 3 · N · M / (round − round of 10 values). Tributary evaluates at
        the coordinator, so it moves the model once down and once up: *moved* counts that. Flower's figures (131, 73, 73 MB/s)
        were measured apart, on another day, on a machine of this kind."""
            .strip(),
        """
        Memory is VmHWM, with nothing left out; the heap of coordinator and nodes is limited to 256 MB. The slope is between the
        two largest numbers of nodes, as Flower's was taken: with few nodes the heap has not grown to its limit yet."""
            .strip());
  }

  @Override
  public List<Measured> measure(Path folder, Console console) {
    List<Measured> figures = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    for (int nodes : order.nodes()) {
      console.note(nodes + " nodes ...");
      rows.add(measure(folder, nodes, figures));
    }
    if (rows.size() > 1) {
      Row first = rows.get(rows.size() - 2);
      Row last = rows.get(rows.size() - 1);
      double slope = (last.hubPeak() - first.hubPeak()) / (last.nodes() - first.nodes());
      figures.add(
          new Measured(
              new Figure(
                  NAME,
                  first.nodes() + " to " + last.nodes() + " nodes",
                  "peak memory of coordinator and worker, slope",
                  slope,
                  "MB/node",
                  0,
                  rows.size()),
              Limit.atMost(FLAT)));
    }
    return figures;
  }

  private Row measure(Path folder, int nodes, List<Measured> figures) {
    String name = nodes + " nodes";
    double floor = median(run(folder.resolve("floor-" + nodes), nodes, FLOOR_ROUNDS, false));
    Path large = folder.resolve("large-" + nodes);
    NoOpFederation.Outcome outcome = run(large, nodes, order.rounds(), true);
    double seconds = median(outcome) / 1e3;
    double megabytes = megabytes(outcome);
    double first = RoundTimes.of(outcome.journal()).get(0).millis() / 1e3;
    int samples = Math.max(1, order.rounds() - 1);
    double net = Math.max(1e-3, seconds - floor / 1e3);
    double effective = 3 * nodes * megabytes / net;
    double flower = FLOWER.getOrDefault(nodes, 0.0);
    figures.add(told(name, "floor: round of 10 values", floor / 1e3, "s", FLOOR_ROUNDS - 1));
    figures.add(told(name, "round, median", seconds, "s", samples));
    figures.add(told(name, "first round, base model included", first, "s", 1));
    figures.add(
        new Measured(
            new Figure(NAME, name, "effective", effective, "MB/s", flower, samples),
            flower == 0 ? Limit.none() : Limit.ratioAtLeast(TIMES)));
    figures.add(told(name, "moved", 2 * nodes * megabytes / net, "MB/s", samples));
    double hub =
        peak(outcome, "coordinator"::equals) + peak(outcome, "worker of coordinator"::equals);
    double cpu = outcome.cpuSeconds() / order.rounds();
    figures.add(
        told(name, "processor time of all processes, a round, mean", cpu, "s", order.rounds()));
    figures.add(told(name, "peak, coordinator", peak(outcome, "coordinator"::equals), "MB", 1));
    figures.add(told(name, "peak, coordinator and worker", hub, "MB", 1));
    figures.add(told(name, "peak, node", peak(outcome, n -> n.startsWith("nodes")), "MB", nodes));
    figures.add(
        told(
            name,
            "peak, worker of a node",
            peak(outcome, n -> n.startsWith("worker of nodes")),
            "MB",
            nodes));
    BenchFolder.remove(large); // some gigabytes
    return new Row(nodes, hub);
  }

  private static NoOpFederation.Outcome run(Path folder, int nodes, int rounds, boolean large) {
    return new NoOpFederation(
            new NoOpSettings(folder, nodes, nodes, rounds, "child", large), List.of())
        .run();
  }

  /** Of the rounds after the first, in milliseconds. */
  private static double median(NoOpFederation.Outcome outcome) {
    List<RoundTimes> rounds = RoundTimes.of(outcome.journal());
    return new Spread(rounds.stream().skip(1).map(RoundTimes::millis).toList()).median();
  }

  /** Of one update, as the journal's receipts say. */
  private static double megabytes(NoOpFederation.Outcome outcome) {
    return outcome.journal().stream()
        .filter(row -> row.transition() instanceof UpdateReceipted)
        .mapToDouble(row -> ((UpdateReceipted) row.transition()).facts().bytesUp() / MEGABYTE)
        .findFirst()
        .orElse(0);
  }

  private static double peak(NoOpFederation.Outcome outcome, Predicate<String> which) {
    return outcome.peaks().entrySet().stream()
        .filter(entry -> which.test(entry.getKey()))
        .mapToDouble(entry -> entry.getValue() / MEGABYTE)
        .max()
        .orElse(0);
  }

  private static Measured told(String name, String metric, double value, String unit, int samples) {
    return Measured.of(new Figure(NAME, name, metric, value, unit, 0, samples));
  }
}
