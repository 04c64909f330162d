package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.output.Console;
import io.tributary.cli.output.Figures;
import io.tributary.cli.output.Table;
import io.tributary.cli.rpc.OperatorConnection;
import io.tributary.cli.view.Compression;
import io.tributary.cli.view.NodeWork;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunScreen;
import io.tributary.cli.view.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = "Shows a run: its rounds, each round's cohort with reasons, and its result.",
    footer = {"", "Example:", "  tributary run show gloss-topics-k3f9"})
final class RunShow extends BaseCommand {
  @Parameters(index = "0", paramLabel = "RUN", description = RunName.HELP)
  String run = "";

  @Mixin OperatorOptions operator = new OperatorOptions();

  @Option(names = "--classes", description = "Also show the figures of each label.")
  boolean classes;

  RunShow(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    try (OperatorConnection connection = operator.connect(surroundings())) {
      RunStatus status = connection.calls().showRun(RunName.resolve(connection.calls(), run));
      console.line(RunScreen.headline(status, console.style()));
      console.line("");
      console.lines(RunScreen.rounds(status, console.style()));
      console.line("");
      console.lines(cohorts(status).render(console.style()));
      sites(console, status);
      if (classes) {
        console.line("");
        console.lines(classes(status).render(console.style()));
      }
      console.line("");
      status
          .test()
          .ifPresent(
              test ->
                  console.line(
                      "test part: "
                          + status.shownMetrics().stream()
                              .map(m -> RunScreen.name(m) + " " + test.text(m))
                              .collect(Collectors.joining(", "))
                          + ", "
                          + Figures.count(test.examples())
                          + " examples"));
      line(console, "final digest", status.finalDigest());
      line(console, "from", status.from());
      line(console, "plan", status.planDigest());
      line(console, "determinism", status.determinism());
      console.json(status.toJson());
    }
    return 0;
  }

  private static void sites(Console console, RunStatus status) {
    status
        .newest()
        .filter(round -> round.sites().isPresent())
        .ifPresent(
            round -> {
              console.line("");
              console.line("sites, round " + round.round() + ":");
              console.lines(
                  round.sites().orElseThrow().table(status.shownMetrics()).render(console.style()));
            });
  }

  private static void line(Console console, String name, String value) {
    if (!value.isEmpty()) {
      console.line(name + ": " + value);
    }
  }

  private static Table cohorts(RunStatus status) {
    boolean compressed =
        Stream.concat(status.rounds().stream().map(RoundStatus::cohort), Stream.of(status.cohort()))
            .anyMatch(cohort -> Compression.of(cohort).isPresent());
    List<String> heads = new ArrayList<>(List.of(">round", "node", "state", ">examples", ">norm"));
    if (compressed) {
      heads.addAll(List.of(">sent", ">of uncompressed", ">error"));
    }
    heads.add("reason");
    Table table = Table.of(heads.toArray(String[]::new));
    for (RoundStatus round : status.rounds()) {
      round.cohort().forEach(work -> cohort(table, round.round(), work, compressed));
    }
    // the open round, or the one in which the run ended
    status.cohort().forEach(work -> cohort(table, status.round(), work, compressed));
    return table;
  }

  private static void cohort(Table table, int round, NodeWork work, boolean compressed) {
    List<String> cells =
        new ArrayList<>(
            List.of(
                Integer.toString(round),
                work.node(),
                work.state(),
                Figures.count(work.examples()),
                work.norm() > 0 ? Figures.fixed(work.norm(), 3) : "–"));
    if (compressed) {
      Optional<Compression> figures = work.compression();
      cells.add(figures.map(known -> Figures.bytes(known.sentBytes())).orElse("–"));
      cells.addAll(Compression.cells(figures));
    }
    cells.add(work.reason());
    table.row(cells.toArray(String[]::new));
  }

  private static Table classes(RunStatus status) {
    Table table = Table.of("label", ">precision", ">recall", ">F1", ">examples");
    status
        .newest()
        .flatMap(RoundStatus::evaluation)
        .ifPresent(
            figures ->
                figures
                    .classes()
                    .forEach(
                        c ->
                            table.row(
                                c.label(),
                                Figures.fixed(c.precision(), 3),
                                Figures.fixed(c.recall(), 3),
                                Figures.fixed(c.f1(), 3),
                                Figures.count(c.support()))));
    return table;
  }
}
