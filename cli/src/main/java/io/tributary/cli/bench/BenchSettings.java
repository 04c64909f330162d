package io.tributary.cli.bench;

import static java.util.Objects.requireNonNull;

import io.tributary.cli.demo.DemoLayout;
import io.tributary.cli.demo.DemoSettings;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.List;

/**
 * The federation of a bench.
 *
 * @param folder absolute, new or empty; everything is written there
 */
public record BenchSettings(Path folder, BenchModel model, long seed, int nodes, int rounds) {
  private static final int MOST_NODES = 20;
  private static final int MOST_ROUNDS = 10_000;

  public BenchSettings {
    requireNonNull(folder, "folder");
    requireNonNull(model, "model");
    check("--nodes", nodes, MOST_NODES);
    check("--rounds", rounds, MOST_ROUNDS);
  }

  private static void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, option, value, "1 to " + most, "Choose another number.");
    }
  }

  DemoLayout layout() {
    return new DemoLayout(folder);
  }

  List<String> sites() {
    return demo().sites();
  }

  /** The demonstration's texts, few of them. */
  DemoSettings demo() {
    return new DemoSettings(folder, seed, true, nodes, 1, 64, 200, 100);
  }
}
