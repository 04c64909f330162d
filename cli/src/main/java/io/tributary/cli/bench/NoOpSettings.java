package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.demo.DemoLayout;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A federation whose worker does nothing.
 *
 * @param folder absolute, new or empty
 * @param processes that the nodes are spread over
 * @param worker {@code child}: a process of its own without PyTorch; {@code here}: in the node's
 *     process; {@code torch}: the real one
 * @param large whether the model has 25 tensors of 1,000,000 values rather than 10 values in all
 */
record NoOpSettings(
    Path folder, int nodes, int processes, int rounds, String worker, boolean large) {
  private static final int MOST_NODES = 20_000;
  private static final int MOST_ROUNDS = 10_000;

  NoOpSettings {
    requireNonNull(folder, "folder");
    requireNonNull(worker, "worker");
    check("nodes", nodes, MOST_NODES);
    check("rounds", rounds, MOST_ROUNDS);
    check("processes", processes, nodes);
  }

  static void check(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, what, value, "1 to " + most, "Choose another number.");
    }
  }

  DemoLayout layout() {
    return new DemoLayout(folder);
  }

  Path plan() {
    return folder.resolve("plan.yaml");
  }

  Path base() {
    return folder.resolve("models").resolve("perceptron");
  }

  Path trace(String process) {
    return folder.resolve("trace-" + process + ".txt");
  }

  List<String> sites() {
    return IntStream.rangeClosed(1, nodes)
        .mapToObj(number -> String.format(Locale.ROOT, "site-%03d", number))
        .toList();
  }

  /** The sites of each process, as evenly spread as can be. */
  List<List<String>> spread() {
    List<String> sites = sites();
    return IntStream.range(0, processes)
        .mapToObj(p -> sites.subList(p * nodes / processes, (p + 1) * nodes / processes))
        .toList();
  }
}
