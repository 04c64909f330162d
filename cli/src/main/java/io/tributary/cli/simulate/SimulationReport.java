package io.tributary.cli.simulate;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.output.Figures;
import io.tributary.cli.view.Compression;
import io.tributary.cli.view.Evaluation;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunScreen;
import io.tributary.cli.view.RunStatus;
import io.tributary.cli.view.SitesStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Metric;
import io.tributary.simulations.behaviour.Attackers;
import io.tributary.simulations.report.Curve;
import io.tributary.simulations.report.LineChart;
import io.tributary.simulations.report.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What came of a simulation.
 *
 * @param simulation as it was resolved
 * @param seconds of the run, from its start to its end
 * @param attackers the malicious nodes of each round
 * @param nodes what the best checkpoint is worth to each node; empty where nobody asked
 * @param times when each round was committed in virtual time; empty where none was counted
 */
record SimulationReport(
    JsonObject simulation,
    Holdings holdings,
    RunStatus run,
    double seconds,
    Attackers attackers,
    List<NodeFigure> nodes,
    List<Double> times) {
  SimulationReport {
    nodes = List.copyOf(nodes);
    times = List.copyOf(times);
    requireNonNull(attackers, "attackers");
  }

  /** Updates that counted, in all rounds. */
  long clientRounds() {
    return run.rounds().stream().mapToLong(RoundStatus::updates).sum();
  }

  JsonObject toJson() {
    return JsonValue.object()
        .put("simulation", simulation)
        .put("holdings", holdings.toJson())
        .put("run", run.brief(Integer.MAX_VALUE).toJson())
        .put("malicious", JsonValue.array(malicious()))
        .put("perNode", JsonValue.array(nodes.stream().map(NodeFigure::toJson).toList()))
        .put("virtualTimes", JsonValue.array(times.stream().map(SimulationReport::json).toList()))
        .put("seconds", rounded(seconds))
        .put("clientRounds", clientRounds())
        .put("clientRoundsPerSecond", rounded(clientRounds() / Math.max(1e-9, seconds)))
        .build();
  }

  /** For each round what became of the malicious nodes' assignments. */
  private List<JsonObject> malicious() {
    List<JsonObject> rounds = new ArrayList<>();
    if (attackers.present()) {
      for (RoundStatus round : run.rounds()) {
        rounds.add(
            JsonValue.object()
                .put("round", round.round())
                .put("asked", count(round, ""))
                .put("counted", count(round, "counted"))
                .put("refused", count(round, "refused"))
                .build());
      }
    }
    return rounds;
  }

  private long count(RoundStatus round, String state) {
    return round.cohort().stream()
        .filter(work -> attackers.in(work.asked()).contains(new NodeName(work.node())))
        .filter(work -> state.isEmpty() || work.state().equals(state))
        .count();
  }

  private static JsonValue json(double time) {
    return JsonValue.of(rounded(time));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }

  /** Writes {@code report.json} and {@code report.html} into a folder. */
  void write(Path folder) {
    write(folder.resolve("report.json"), toJson().canonical() + "\n");
    write(folder.resolve("report.html"), html());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL, file + ": can't be written (expected: a disk with room). Make room.", e);
    }
  }

  private String html() {
    Page page = new Page("Simulation " + run.run());
    page.paragraph(
        run.state()
            + ", "
            + run.rounds().stream().filter(round -> round.round() > 0).count()
            + " rounds, "
            + Figures.count(clientRounds())
            + " updates counted, "
            + Figures.seconds(seconds)
            + ". Final digest "
            + run.finalDigest());
    List<Metric> shown = run.shownMetrics();
    for (Metric metric : shown) {
      page.picture(
          LineChart.draw(
              RunScreen.name(metric) + " on the selection part", List.of(curve(metric))));
    }
    overTime(page, shown);
    sites(page, shown);
    if (RunScreen.measured(run)) {
      page.picture(
          LineChart.draw("What the mean of the adapters lost, a share", List.of(inexactness())));
    }
    page.heading("Rounds").table(roundHeads(shown), roundRows(shown));
    run.test()
        .ifPresent(
            test ->
                page.heading("Test part, best round")
                    .table(
                        shown.stream().map(RunScreen::name).toList(), List.of(cells(test, shown))));
    nodes(page);
    page.heading("Who holds what").picture(holdings.picture());
    page.table(holdings.heads(), holdings.rows());
    page.heading("Simulation").preformatted(simulation.canonical());
    page.heading("Plan").preformatted(run.plan());
    return page.html();
  }

  /** The same curves over virtual time, which tells what waiting for the slowest costs. */
  private void overTime(Page page, List<Metric> shown) {
    if (times.isEmpty()) {
      return;
    }
    for (Metric metric : shown) {
      List<Curve.Point> points = new ArrayList<>();
      for (RoundStatus round : run.rounds()) {
        if (round.round() < times.size()) {
          double at = times.get(round.round());
          round.evaluation().ifPresent(all -> points.add(Curve.Point.of(at, all.value(metric))));
        }
      }
      page.picture(
          LineChart.draw(
              RunScreen.name(metric) + " over virtual time",
              List.of(new Curve(RunScreen.name(metric), points))));
    }
  }

  private String whoAttacks() {
    return attackers.anew()
        ? attackers.count() + ", drawn anew in each round"
        : attackers.in(1).stream().map(NodeName::value).collect(Collectors.joining(", "));
  }

  /** The malicious ones and what came of them; then each on its own examples. */
  private void nodes(Page page) {
    if (attackers.present()) {
      page.heading("Malicious nodes")
          .paragraph(whoAttacks())
          .table(
              List.of("round", "asked", "counted", "refused by the gate"),
              run.rounds().stream()
                  .filter(round -> round.round() > 0)
                  .map(
                      round ->
                          List.of(
                              Integer.toString(round.round()),
                              Long.toString(count(round, "")),
                              Long.toString(count(round, "counted")),
                              Long.toString(count(round, "refused"))))
                  .toList());
    }
    if (!nodes.isEmpty()) {
      page.heading("Best round on each node's own examples")
          .table(
              List.of("node", "examples", RunScreen.name(run.chosenMetric())),
              nodes.stream()
                  .map(
                      node ->
                          List.of(
                              node.node(),
                              Figures.count(node.examples()),
                              Figures.fixed(node.value(), 4)))
                  .toList());
    }
  }

  /** All sites together and the worst of each round; then the last round's sites one by one. */
  private void sites(Page page, List<Metric> shown) {
    Metric chosen = run.chosenMetric();
    List<RoundStatus> told =
        run.rounds().stream().filter(round -> round.sites().isPresent()).toList();
    if (told.isEmpty()) {
      return;
    }
    List<Curve.Point> together = new ArrayList<>();
    List<Curve.Point> worst = new ArrayList<>();
    for (RoundStatus round : told) {
      SitesStatus sites = round.sites().orElseThrow();
      sites
          .together()
          .ifPresent(all -> together.add(Curve.Point.of(round.round(), all.value(chosen))));
      sites
          .worstSite()
          .ifPresent(site -> worst.add(Curve.Point.of(round.round(), site.value(chosen))));
    }
    String name = SitesStatus.siteName(chosen);
    page.picture(
        LineChart.draw(
            name + " on the sites' validation parts",
            List.of(new Curve("all sites", together), new Curve("worst site", worst))));
    List<String> heads = new ArrayList<>(List.of("site", "examples"));
    shown.forEach(metric -> heads.add(SitesStatus.siteName(metric)));
    heads.add("");
    RoundStatus last = told.get(told.size() - 1);
    page.heading("Sites, round " + last.round())
        .table(heads, last.sites().orElseThrow().rows(shown));
  }

  private Curve inexactness() {
    List<Curve.Point> points = new ArrayList<>();
    for (RoundStatus round : run.rounds()) {
      Double share = round.measures().get(RoundStatus.INEXACTNESS);
      if (share != null) {
        points.add(Curve.Point.of(round.round(), share));
      }
    }
    return new Curve("inexactness", points);
  }

  private Curve curve(Metric metric) {
    List<Curve.Point> points = new ArrayList<>();
    for (RoundStatus round : run.rounds()) {
      round.evaluation().ifPresent(figures -> points.add(point(round.round(), metric, figures)));
    }
    return new Curve(RunScreen.name(metric), points);
  }

  private static Curve.Point point(int round, Metric metric, Evaluation figures) {
    double value = figures.value(metric);
    if (metric == Metric.ACCURACY) {
      return new Curve.Point(round, value, figures.accuracyLow(), figures.accuracyHigh());
    }
    return Curve.Point.of(round, value);
  }

  private boolean compressed() {
    return run.rounds().stream().anyMatch(round -> Compression.of(round.cohort()).isPresent());
  }

  private List<String> roundHeads(List<Metric> shown) {
    List<String> heads = new ArrayList<>(List.of("round"));
    shown.forEach(metric -> heads.add(RunScreen.name(metric)));
    if (RunScreen.measured(run)) {
      heads.add("inexactness");
    }
    if (RunScreen.aged(run)) {
      heads.add("staleness");
    }
    if (!times.isEmpty()) {
      heads.add("virtual time");
    }
    heads.addAll(List.of("updates", "refused", "seconds", "down", "up"));
    if (compressed()) {
      heads.addAll(List.of("of uncompressed", "compression error"));
    }
    return heads;
  }

  private List<List<String>> roundRows(List<Metric> shown) {
    boolean measured = RunScreen.measured(run);
    boolean compressed = compressed();
    List<List<String>> rows = new ArrayList<>();
    for (RoundStatus round : run.rounds()) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(round.round())));
      row.addAll(
          round
              .evaluation()
              .map(figures -> cells(figures, shown))
              .orElse(shown.stream().map(metric -> "–").toList()));
      if (measured) {
        row.add(round.inexactness());
      }
      if (RunScreen.aged(run)) {
        row.add(round.staleness());
      }
      if (!times.isEmpty()) {
        row.add(round.round() < times.size() ? Figures.fixed(times.get(round.round()), 2) : "–");
      }
      row.add(Integer.toString(round.updates()));
      row.add(Integer.toString(round.refused()));
      row.add(Figures.fixed(round.seconds(), 2));
      row.add(Figures.bytes(round.bytesDown()));
      row.add(Figures.bytes(round.bytesUp()));
      if (compressed) {
        row.addAll(Compression.cells(Compression.of(round.cohort())));
      }
      rows.add(row);
    }
    return rows;
  }

  private static List<String> cells(Evaluation figures, List<Metric> shown) {
    return shown.stream().map(figures::text).toList();
  }
}
