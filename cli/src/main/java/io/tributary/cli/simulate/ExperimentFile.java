package io.tributary.cli.simulate;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.config.ConfigFile;
import io.tributary.cli.config.Overrides;
import io.tributary.federation.settings.Settings;
import io.tributary.simulations.partition.Scheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The file of an experiment: strategies, partitions and seeds, each combined with each.
 *
 * @param about one line for people
 * @param plan that all cells share
 * @param simulation that all cells share
 * @param seeds of plan and simulation
 * @param partitions as of {@code simulate --partition}; empty: that of the simulation's file
 * @param strategies by name, in the file's order
 * @param references what the results are held against
 * @param bestFrom the first round that may be the best; attacks that begin later than a run would
 *     otherwise be told by what came before them
 * @param target value of the chosen metric that is waited for; empty: none
 */
record ExperimentFile(
    String about,
    Path plan,
    Path simulation,
    List<Long> seeds,
    List<String> partitions,
    Map<String, Strategy> strategies,
    ExperimentReferences references,
    int bestFrom,
    OptionalDouble target) {
  private static final String NAME = "[a-z0-9][a-z0-9-]{0,62}";

  /**
   * What a strategy changes.
   *
   * @param plan {@code key=value} over the plan's keys
   * @param simulation {@code key=value} over the simulation's keys
   */
  record Strategy(List<String> plan, List<String> simulation) {
    Strategy {
      plan = List.copyOf(plan);
      simulation = List.copyOf(simulation);
    }
  }

  /**
   * One run of the grid.
   *
   * @param only the number of the one node that takes part; 0: all take part
   */
  record Cell(String strategy, String partition, long seed, int only) {
    /** One in which all nodes take part. */
    Cell(String strategy, String partition, long seed) {
      this(strategy, partition, seed, 0);
    }

    /** The name of its folder. */
    String name() {
      String place = partition.isEmpty() ? "as-given" : partition.replaceAll("[^a-z0-9.]", "-");
      return strategy + "/" + place + "/seed-" + seed + (only == 0 ? "" : "/node-" + only);
    }

    /** What people are told while it runs. */
    String title() {
      return row() + ", seed " + seed + (only == 0 ? "" : ", node " + only);
    }

    /** What its row is called. */
    String row() {
      return partition.isEmpty() ? strategy : strategy + ", " + partition;
    }
  }

  ExperimentFile {
    requireNonNull(about, "about");
    seeds = List.copyOf(seeds);
    partitions = List.copyOf(partitions);
    strategies = new LinkedHashMap<>(strategies);
  }

  /** Reads the file; a missing or malformed one is refused with INVALID_CONFIG. */
  static ExperimentFile read(Path file) {
    return ConfigFile.read(file, Overrides.none()).as(ExperimentFile::read);
  }

  private static ExperimentFile read(Settings settings, Path folder) {
    Map<String, Strategy> strategies = new LinkedHashMap<>();
    Settings section = settings.section("strategies");
    for (String name : settings.names("strategies")) {
      if (!name.matches(NAME)) {
        throw settings.refusal("strategies", "\"" + name + "\"", "names of a-z, 0-9 and -");
      }
      Settings one = section.section(name);
      if (name.equals(ExperimentReferences.CENTRAL) || name.equals(ExperimentReferences.ALONE)) {
        throw settings.refusal("strategies", name, "names but central and alone, see references");
      }
      strategies.put(name, new Strategy(assignments(one, "plan"), assignments(one, "simulation")));
    }
    if (strategies.isEmpty()) {
      throw settings.refusal("strategies", "none", "one or more");
    }
    List<String> partitions = settings.texts("partitions", List.of());
    partitions.forEach(Scheme::parse);
    var file =
        new ExperimentFile(
            settings.text("about", ""),
            folder.resolve(settings.text("plan", "plan.yaml")),
            folder.resolve(settings.text("simulation", "simulation.yaml")),
            seeds(settings),
            partitions,
            strategies,
            settings
                .optionalSection("references")
                .map(ExperimentReferences::read)
                .orElse(ExperimentReferences.NONE),
            (int) settings.integer("best-from", 0, 0, Integer.MAX_VALUE),
            settings
                .optionalNumber("target", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY)
                .map(OptionalDouble::of)
                .orElseGet(OptionalDouble::empty));
    settings.finish();
    return file;
  }

  private static List<Long> seeds(Settings settings) {
    List<Long> seeds = new ArrayList<>();
    for (String text : settings.texts("seeds", List.of("1"))) {
      if (!text.matches("[0-9]{1,18}")) {
        throw settings.refusal("seeds", "\"" + text + "\"", "whole numbers from 0");
      }
      seeds.add(Long.parseLong(text));
    }
    if (seeds.isEmpty() || seeds.stream().distinct().count() != seeds.size()) {
      throw settings.refusal("seeds", seeds, "one or more, each once");
    }
    return seeds;
  }

  static List<String> assignments(Settings strategy, String key) {
    return strategy.textMap(key).entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  /** The partitions; one without a name where the simulation's file gives it. */
  private List<String> places() {
    return partitions.isEmpty() ? List.of("") : partitions;
  }

  /** The runs that results are held against. */
  List<Cell> referenceCells() {
    return references.cells(seeds, places());
  }

  /** All cells: strategy by strategy, partition by partition, seed by seed. */
  List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (String strategy : strategies.keySet()) {
      for (String partition : places()) {
        for (long seed : seeds) {
          cells.add(new Cell(strategy, partition, seed));
        }
      }
    }
    return cells;
  }
}
