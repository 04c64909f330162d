package io.tributary.cli.command;

import io.tributary.cli.Surroundings;
import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.output.Console;
import io.tributary.cli.simulate.SimulationRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "simulate",
    description = {
      "Runs a plan with virtual nodes in this process: the real coordinator, one data set that is",
      "divided among the nodes, and a report. simulation.yaml beside the plan says with what."
    },
    footer = {
      "",
      "Examples:",
      "  tributary simulate examples/simulation/plan.yaml",
      "  tributary simulate plan.yaml --nodes 100 --partition dirichlet:0.5 --set federation.rounds=20"
    })
final class SimulateCommand extends BaseCommand {
  @Parameters(paramLabel = "PLAN", description = "The plan's file, as of a real federation.")
  Path plan = Path.of("");

  @Option(
      names = "--simulation",
      paramLabel = "FILE",
      description = "What is simulated (default: simulation.yaml beside the plan).")
  Optional<Path> file = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A key of the plan, such as train.epochs=2; may be repeated.")
  List<String> settings = List.of();

  @Option(names = "--nodes", paramLabel = "N", description = "Number of virtual nodes.")
  Optional<Integer> nodes = Optional.empty();

  @Option(
      names = "--partition",
      paramLabel = "SCHEME",
      description = {
        "Who holds what: iid, dirichlet:BETA, mixtures:BETA, sizes:BETA,",
        "shards:N, classes:N or column:NAME."
      })
  Optional<String> partition = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "File or folder of the examples, instead of data.train.path.")
  Optional<Path> data = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of partition and behaviour (default: the plan's).")
  Optional<Long> seed = Optional.empty();

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Nodes that train at the same time (default: as many as the cores hold).")
  Optional<Integer> workers = Optional.empty();

  @Option(
      names = "--durability",
      paramLabel = "none|full",
      description = "Whether the coordinator forces what it writes to the disk (default: none).")
  Optional<String> durability = Optional.empty();

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "Folder for report and model (default: ./tributary-simulation, numbered).")
  Optional<Path> into = Optional.empty();

  SimulateCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  int run(Console console) {
    Path planFile = existing(plan);
    Path folder =
        into.map(this::resolve)
            .orElseGet(
                () -> DemoLayout.fresh(surroundings().folder().resolve("tributary-simulation")));
    SimulationRun.run(
        new SimulationRun.Order(
            planFile,
            file.map(this::existing).orElseGet(() -> planFile.resolveSibling("simulation.yaml")),
            settings,
            overrides(),
            folder),
        console);
    return 0;
  }

  private List<String> overrides() {
    List<String> keys = new ArrayList<>();
    nodes.ifPresent(value -> keys.add("nodes=" + value));
    partition.ifPresent(value -> keys.add("partition=" + value));
    data.ifPresent(value -> keys.add("data.train.path=" + existing(value).toAbsolutePath()));
    seed.ifPresent(value -> keys.add("seed=" + value));
    workers.ifPresent(value -> keys.add("workers=" + value));
    durability.ifPresent(value -> keys.add("durability=" + value));
    return keys;
  }
}
