package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.bench.noop.Span;
import io.tributary.cli.output.Console;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Rounds of a model that does nothing: what is left is the federation's own time. */
public final class RoundsBench implements PerformanceBench {
  private static final String NAME = "rounds";
  private static final double FEW_LIMIT_MS = 200;
  private static final double MANY_LIMIT_MS = 1_000;
  private static final int MANY = 50;
  private static final int MANY_PROCESSES = 5;
  private static final int MANY_ROUNDS = 20;
  private static final int VIRTUAL_ROUNDS = 10;

  /**
   * What is measured.
   *
   * @param nodes of the cases {@code few} and {@code torch}, each a process of its own
   * @param rounds of those
   * @param virtual nodes in one process, without a network
   * @param cases some of {@link #CASES}
   */
  public record Order(int nodes, int rounds, int virtual, List<String> cases) {
    /** All cases, in the order in which they are measured. */
    public static final List<String> CASES = List.of("few", "torch", "many", "virtual");

    public Order {
      cases = List.copyOf(cases);
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
      NoOpSettings.check("--nodes", nodes, 20);
      NoOpSettings.check("--rounds", rounds, 10_000);
      NoOpSettings.check("--virtual", virtual, 20_000);
    }

    boolean has(String name) {
      return cases.contains(name);
    }
  }

  private final Order order;

  public RoundsBench(Order order) {
    this.order = requireNonNull(order, "order");
  }

  static RoundsBench usual() {
    return new RoundsBench(new Order(3, 100, 1_000, Order.CASES));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String heading() {
    return "Rounds that train nothing";
  }

  @Override
  public List<String> explanation() {
    return List.of(
        """
        A model of 10 values; the worker reads the checkpoint, adds a constant to every value, writes and hashes a real update,
        and answers evaluations with fixed figures. All else is what runs in service: processes, mutual TLS, the child process
        of the worker, assignment, fetch, submit, gate, aggregation, evaluation, journal and forced files. A round lasts from
        the journaled `RoundOpened` to the journaled `RoundCommitted`; the first round, cold, counts like the others.
        The same machine holds all nodes, so their disk waits add up on one disk."""
            .strip(),
        """
        *Waiting for the disk* is the time of a round in which at least one process waited for a forced file or folder, or the
        coordinator for its journal's commit; the steps are the medians of the time from the step before."""
            .strip());
  }

  @Override
  public List<Measured> measure(Path folder, Console console) {
    List<Measured> figures = new ArrayList<>();
    int nodes = order.nodes();
    int rounds = order.rounds();
    if (order.has("few")) {
      var settings = new NoOpSettings(folder.resolve("few"), nodes, nodes, rounds, "child", false);
      figures.addAll(real(nodes + " nodes", settings, Limit.atMost(FEW_LIMIT_MS), console));
    }
    if (order.has("torch")) {
      var settings =
          new NoOpSettings(folder.resolve("torch"), nodes, nodes, rounds, "torch", false);
      figures.addAll(real(nodes + " nodes, PyTorch", settings, Limit.none(), console));
    }
    if (order.has("many")) {
      var settings =
          new NoOpSettings(
              folder.resolve("many"), MANY, MANY_PROCESSES, MANY_ROUNDS, "here", false);
      String name = MANY + " nodes in " + MANY_PROCESSES + " processes";
      figures.addAll(real(name, settings, Limit.atMost(MANY_LIMIT_MS), console));
    }
    if (order.has("virtual")) {
      String name = order.virtual() + " virtual nodes in one process";
      console.note(name + " ...");
      List<RoundTimes> times =
          VirtualRounds.run(folder.resolve("virtual"), order.virtual(), VIRTUAL_ROUNDS);
      figures.addAll(rounds(name, times, Limit.none()));
    }
    return figures;
  }

  private static List<Measured> real(
      String name, NoOpSettings settings, Limit limit, Console console) {
    console.note(name + ", " + settings.rounds() + " rounds ...");
    NoOpFederation.Outcome outcome = new NoOpFederation(settings, List.of()).run();
    List<RoundTimes> rounds = RoundTimes.of(outcome.journal());
    List<Measured> figures = new ArrayList<>(rounds(name, rounds, limit));
    figures.addAll(disk(name, rounds, outcome.spans()));
    double cpu = outcome.cpuSeconds() * 1e3 / Math.max(1, rounds.size());
    figures.add(told(name, "processor time of all processes, mean", cpu, rounds.size()));
    return figures;
  }

  /** The figures of rounds as the journal tells them. */
  static List<Measured> rounds(String name, List<RoundTimes> rounds, Limit limit) {
    List<Measured> figures = new ArrayList<>();
    var whole = new Spread(rounds.stream().map(RoundTimes::millis).toList());
    figures.add(new Measured(figure(name, "round, median", whole.median(), whole.size()), limit));
    figures.add(told(name, "round, 95 of 100", whole.at(0.95), whole.size()));
    figures.add(told(name, "round, longest", whole.at(1), whole.size()));
    if (!rounds.isEmpty()) {
      figures.add(told(name, "first round", rounds.get(0).millis(), 1));
    }
    for (String step : RoundTimes.STEPS.keySet()) {
      var spread = new Spread(rounds.stream().map(times -> times.millisOf(step)).toList());
      figures.add(told(name, "step: " + step, spread.median(), spread.size()));
    }
    return figures;
  }

  /** What of the rounds was spent waiting for the disk. */
  static List<Measured> disk(String name, List<RoundTimes> rounds, List<Span> spans) {
    List<Double> union = new ArrayList<>();
    List<Double> count = new ArrayList<>();
    List<Double> journal = new ArrayList<>();
    for (RoundTimes times : rounds) {
      long from = RoundTimes.micros(times.opened());
      long to = RoundTimes.micros(times.committed());
      List<Span> within =
          spans.stream().filter(s -> s.startMicros() >= from && s.startMicros() < to).toList();
      List<Span> commits = within.stream().filter(s -> s.what().equals("journal")).toList();
      union.add(Span.unionMicros(within, from, to) / 1e3);
      journal.add(Span.unionMicros(commits, from, to) / 1e3);
      count.add((double) within.stream().mapToInt(Span::count).sum());
    }
    var waits = new Spread(union);
    var waitsForJournal = new Spread(journal);
    var waitsInAll = new Spread(count);
    return List.of(
        told(name, "waiting for the disk, median", waits.median(), waits.size()),
        told(name, "of it for the journal's commits", waitsForJournal.median(), waits.size()),
        Measured.of(
            new Figure(
                NAME,
                name,
                "forces in all processes, median",
                waitsInAll.median(),
                "per round",
                0,
                waits.size())));
  }

  private static Measured told(String name, String metric, double millis, int samples) {
    return Measured.of(figure(name, metric, millis, samples));
  }

  private static Figure figure(String name, String metric, double millis, int samples) {
    return new Figure(NAME, name, metric, millis, "ms", 0, samples);
  }
}
