package io.tributary.cli.demo;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one demonstration does.
 *
 * @param folder that everything is written to; absolute
 * @param quick fewer examples and rounds, and no site trains alone
 * @param rowsPerSite training examples of all sites together, divided by their number
 * @param selection held-out examples that judge each round
 * @param test held-out examples that judge the end
 */
public record DemoSettings(
    Path folder,
    long seed,
    boolean quick,
    int nodes,
    int rounds,
    int rowsPerSite,
    int selection,
    int test) {
  private static final int MOST_NODES = 20;
  private static final int MOST_ROUNDS = 100;

  public DemoSettings {
    requireNonNull(folder, "folder");
    check("--nodes", nodes, MOST_NODES);
    check("--rounds", rounds, MOST_ROUNDS);
  }

  /** The full form: some minutes on two cores. */
  static DemoSettings full(Path folder, long seed, int nodes, int rounds) {
    return new DemoSettings(folder, seed, false, nodes, rounds, 900, 1_000, 1_000);
  }

  /** The quick form: about a minute. */
  static DemoSettings quick(Path folder, long seed, int nodes, int rounds) {
    return new DemoSettings(folder, seed, true, nodes, rounds, 200, 300, 300);
  }

  private static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, option, value, "1 to " + most, "Choose another number.");
    }
  }

  /** {@code site-1}, {@code site-2} … */
  public List<String> sites() {
    return IntStream.rangeClosed(1, nodes).mapToObj(i -> "site-" + i).toList();
  }
}
