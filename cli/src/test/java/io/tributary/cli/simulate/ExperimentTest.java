package io.tributary.cli.simulate;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.config.Overrides;
import io.tributary.cli.config.PlanFile;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExperimentTest {
  @TempDir Path folder;

  @Test
  void spread_values_areMeanAndDeviationOfTheSample() {
    var spread = ExperimentSummary.Spread.of(1, 2, 3, 6);
    assertEquals(3, spread.mean(), 1e-12);
    assertEquals(Math.sqrt(14.0 / 3), spread.deviation(), 1e-12);
    assertEquals(0, ExperimentSummary.Spread.of(5).deviation());
  }

  @Test
  void sameAs_differenceWithinBothDeviations_isNoise() {
    var one = new ExperimentSummary.Spread(0.80, 0.03);
    assertTrue(one.sameAs(new ExperimentSummary.Spread(0.84, 0.04)));
    assertFalse(one.sameAs(new ExperimentSummary.Spread(0.86, 0.04)));
  }

  @Test
  void summary_targets_areCountedOverTheSeedsThatReachThem() {
    var fast = curve(0.1, 0.6, 0.7);
    var slow = curve(0.1, 0.2, 0.5);
    var never = curve(0.1, 0.2, 0.3);
    var summary =
        new ExperimentSummary("row", List.of(fast, slow, never), true, 0, OptionalDouble.of(0.5));
    assertEquals("1.5 (2 seeds)", summary.rounds());
    assertEquals("150 B", summary.bytes());
    assertEquals(0.5, summary.best().mean(), 1e-12);
    assertEquals("never", summary(never, 0.5).rounds());
    assertEquals("–", summary(never, 0.5).bytes());
    assertTrue(summary.timed());
    assertEquals("3.0", summary.time());
    assertEquals("–", summary(never, 0.5).time());
    assertEquals(1, fast.reaches(0.6, true));
    assertEquals(-1, fast.reaches(0.05, false));
    assertEquals(0.1, fast.best(false, 0), 1e-12);
    assertEquals(0.6, fast.best(false, 1), 1e-12);
    assertTrue(Double.isNaN(fast.best(true, 3)));
  }

  /** Each strategy of each experiment that comes along makes a plan that would be started. */
  @Test
  void examples_everyStrategy_isAPlan() throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.walk(Path.of("..", "examples", "experiments"))) {
      found = files.filter(file -> isExperiment(file)).sorted().toList();
    }
    assertTrue(found.size() >= 6, found.toString());
    for (Path one : found) {
      ExperimentFile file = ExperimentFile.read(one);
      for (ExperimentFile.Strategy strategy : file.strategies().values()) {
        List<String> settings = new ArrayList<>(strategy.plan());
        settings.add("model.base=" + folder);
        PlanFile.read(file.plan(), Overrides.of("plan", settings, Map.of()));
      }
    }
  }

  private static boolean isExperiment(Path file) {
    try {
      return file.toString().endsWith(".yaml")
          && Files.readString(file).lines().anyMatch("strategies:"::equals);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ExperimentSummary summary(ExperimentCurve curve, double target) {
    return new ExperimentSummary("row", List.of(curve), true, 0, OptionalDouble.of(target));
  }

  private static ExperimentCurve curve(double... values) {
    return new ExperimentCurve(
        Arrays.stream(values).boxed().toList(),
        List.of(0L, 100L, 200L),
        List.of(0.0, 1.5, 4.5),
        1,
        OptionalDouble.empty(),
        "sha256:x");
  }

  @Test
  void cells_grid_isStrategiesByPartitionsBySeeds() throws IOException {
    ExperimentFile file =
        read(
            """
            seeds: [3, 4]
            partitions: [iid, "dirichlet:0.5"]
            strategies:
              one: {plan: {train.epochs: 1}}
              five: {plan: {train.epochs: 5}, simulation: {nodes: 7}}
            """);
    assertEquals(8, file.cells().size());
    assertEquals("five/iid/seed-3", file.cells().get(0).name());
    assertEquals("one/dirichlet-0.5/seed-4", file.cells().get(7).name());
    assertEquals("one, dirichlet:0.5", file.cells().get(7).row());
    assertEquals(List.of("train.epochs=5"), requireNonNull(file.strategies().get("five")).plan());
    assertEquals(List.of("nodes=7"), requireNonNull(file.strategies().get("five")).simulation());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "seeds: [1]|strategies: none",
        "{strategies: {a: {}}, seeds: [1, 1]}|seeds:",
        "{strategies: {a: {}}, seeds: [x]}|seeds:",
        "{strategies: {A: {}}}|strategies:",
        "{strategies: {a: {}}, partitions: [half]}|partition:",
        "{strategies: {central: {}}}|strategies:",
        "{strategies: {a: {}}, references: {alone: -1}}|references.alone:",
        "{strategies: {a: {}}, references: {centre: true}}|references.centre: unknown key",
        "{strategies: {a: {}}, best-from: -1}|best-from:",
        "{strategies: {a: {plans: {}}}}|strategies.a.plans: unknown key",
        "{strategies: {a: {}}, seed: 1}|seed: unknown key"
      })
  void read_brokenRule_isRefused(String text, String part) {
    FederationException refusal = assertThrows(FederationException.class, () -> read(text + "\n"));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().contains(part), refusal.sentence());
  }

  private ExperimentFile read(String text) throws IOException {
    Path file = Files.createTempFile(folder, "experiment", ".yaml");
    Files.writeString(file, text);
    return ExperimentFile.read(file);
  }
}
