package io.tributary.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small grid, whole and cut. */
class ExperimentCommandTest {
  private static final String PLAN =
      """
      name: synthetic
      seed: 4
      model: {base: models/base, task: tabular-classification, labels: ["0", "1", "2"]}
      train: {epochs: 1, batch-size: 10, optimizer: {name: sgd, learning-rate: 0.01}}
      federation: {rounds: 2, cohort: {fraction: 1, quorum: 6}}
      evaluation: {choose: {metric: accuracy, direction: maximize}}
      """;
  private static final String SIMULATION =
      """
      base: mlp.json
      data: {synthetic: {nodes: 6, features: 8, classes: 3}}
      """;
  private static final String EXPERIMENT =
      """
      seeds: [1, 2]
      strategies:
        plain: {}
        twice: {plan: {train.epochs: %s}}
      references: {central: true, alone: 2, worst-node: true}
      target: 0.3
      """;
  private static final List<String> REPORTS = List.of("report.json", "report.csv", "report.html");

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("plan.yaml"), PLAN);
    Files.writeString(folder.resolve("simulation.yaml"), SIMULATION);
    Files.writeString(
        folder.resolve("mlp.json"),
        "{\"model_type\":\"mlp\",\"in_features\":8,\"hidden\":[4],\"activation\":\"relu\"}");
    Files.writeString(folder.resolve("experiment.yaml"), EXPERIMENT.formatted("2"));
    Files.writeString(folder.resolve("broken.yaml"), EXPERIMENT.formatted("none"));
  }

  private Runner.Result run(String file, String into) {
    return new Runner(folder).run("experiment", file, "--into", into);
  }

  @Test
  void experiment_grid_hasItsReferencesBesideIt() throws IOException {
    Runner.Result result = run("experiment.yaml", "whole");
    assertEquals(0, result.exitCode(), result.err());
    assertTrue(result.out().contains("cell 10 of 10, alone, seed 2, node 2"), result.out());
    assertEquals(10, result.out().lines().filter(line -> line.endsWith(": begun")).count());
    JsonObject report =
        (JsonObject) JsonReader.read(Files.readString(folder.resolve("whole/report.json")));
    List<? extends JsonValue> rows =
        ((JsonValue.JsonArray) report.find("rows").orElseThrow()).items();
    assertEquals(2, rows.size());
    for (JsonValue row : rows) {
      for (String column : List.of("base", "best", "last", "worstNode", "central", "alone")) {
        double mean = mean((JsonObject) row, column);
        assertTrue(mean >= 0 && mean <= 1, column + " " + mean);
      }
    }
    String heads = Files.readAllLines(folder.resolve("whole/report.csv")).get(0);
    assertTrue(heads.contains("\"worst node\",\"central\",\"alone\",\"rounds to 0.3\""), heads);
    JsonObject cell =
        (JsonObject)
            JsonReader.read(
                Files.readString(folder.resolve("whole/plain/as-given/seed-1/report.json")));
    double worst =
        ((JsonValue.JsonArray) cell.find("perNode").orElseThrow())
            .items().stream()
                .mapToDouble(node -> number((JsonObject) node, "value"))
                .min()
                .orElseThrow();
    assertEquals(6, ((JsonValue.JsonArray) cell.find("perNode").orElseThrow()).items().size());
    assertTrue(worst <= mean((JsonObject) rows.get(0), "worstNode") * 2 + 1e-9);
  }

  @Test
  void experiment_cutInTheMiddle_goesOnToTheSameReport() throws IOException {
    assertEquals(0, run("experiment.yaml", "whole").exitCode());

    Runner.Result cut = run("broken.yaml", "cut");
    assertEquals(2, cut.exitCode());
    assertTrue(Files.exists(folder.resolve("cut/plain/as-given/seed-2/report.json")));
    assertFalse(Files.exists(folder.resolve("cut/report.json")), "nothing is reported yet");
    // and what a killed process leaves of a cell
    Path half = Files.createDirectories(folder.resolve("cut/twice/as-given/seed-1/state"));
    Files.writeString(half.resolve("left"), "over");
    Runner.Result rest = run("experiment.yaml", "cut");

    assertEquals(0, rest.exitCode(), rest.err());
    assertEquals(2, rest.out().lines().filter(line -> line.endsWith("run before")).count());
    assertFalse(Files.exists(half), "the cell began anew");
    for (String report : REPORTS) {
      assertEquals(
          Files.readString(folder.resolve("whole").resolve(report)),
          Files.readString(folder.resolve("cut").resolve(report)),
          report);
    }
    try (Stream<Path> cells = Files.walk(folder.resolve("cut"))) {
      assertEquals(11, cells.filter(path -> path.endsWith("report.json")).count());
    }
  }

  private static double mean(JsonObject row, String column) {
    return number((JsonObject) row.find(column).orElseThrow(), "mean");
  }

  private static double number(JsonObject from, String key) {
    return ((JsonValue.JsonNumber) from.find(key).orElseThrow()).value().doubleValue();
  }
}
