package io.tributary.cli.simulate;

import io.tributary.cli.simulate.ExperimentFile.Cell;
import io.tributary.federation.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * What an experiment's federated results are held against, each by runs of its own.
 *
 * @param plan {@code key=value} over the plan's keys in these runs
 * @param central whether one node with all data is run, for each seed
 * @param alone so many nodes of each partition are run by themselves, from the first on
 * @param worstNode whether the best checkpoint of each federated run is judged on each node's own
 *     examples
 */
record ExperimentReferences(List<String> plan, boolean central, int alone, boolean worstNode) {
  static final String CENTRAL = "central";
  static final String ALONE = "alone";
  static final ExperimentReferences NONE = new ExperimentReferences(List.of(), false, 0, false);

  private static final int MOST_ALONE = 10_000;

  ExperimentReferences {
    plan = List.copyOf(plan);
  }

  static ExperimentReferences read(Settings settings) {
    return new ExperimentReferences(
        ExperimentFile.assignments(settings, "plan"),
        settings.flag(CENTRAL, false),
        (int) settings.integer(ALONE, 0, 0, MOST_ALONE),
        settings.flag("worst-node", false));
  }

  /** The runs that this asks for, beside the strategies'. */
  List<Cell> cells(List<Long> seeds, List<String> partitions) {
    List<Cell> cells = new ArrayList<>();
    for (long seed : seeds) {
      if (central) {
        cells.add(new Cell(CENTRAL, "", seed, 0));
      }
    }
    for (String partition : partitions) {
      for (long seed : seeds) {
        for (int node = 1; node <= alone; node++) {
          cells.add(new Cell(ALONE, partition, seed, node));
        }
      }
    }
    return cells;
  }

  /** A run of one node. */
  List<String> plan(long seed) {
    List<String> settings = new ArrayList<>(plan);
    settings.add("federation.cohort.quorum=1");
    settings.add("federation.cohort.fraction=1");
    settings.add("seed=" + seed);
    return settings;
  }

  List<String> simulation(Cell cell) {
    List<String> settings = new ArrayList<>();
    if (cell.strategy().equals(CENTRAL)) {
      settings.add("nodes=1");
      settings.add("partition=iid");
    } else {
      settings.add("only=" + cell.only());
      if (!cell.partition().isEmpty()) {
        settings.add("partition=" + cell.partition());
      }
    }
    settings.add("seed=" + cell.seed());
    return settings;
  }
}
