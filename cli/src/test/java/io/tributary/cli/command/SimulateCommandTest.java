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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole command on data drawn from a seed. */
class SimulateCommandTest {
  private static final String PLAN =
      """
      name: synthetic
      seed: 4
      model: {base: models/base, task: tabular-classification, labels: ["0", "1", "2"]}
      train: {epochs: 1, batch-size: 10, optimizer: {name: sgd, learning-rate: 0.01}}
      federation: {rounds: 2, cohort: {fraction: 0.5, quorum: 3}}
      """;
  private static final String SIMULATION =
      """
      base: mlp.json
      data: {synthetic: {nodes: 6, features: 8, classes: 3}}
      malicious: {nodes: 2, attack: sign-flip}
      """;

  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(folder.resolve("plan.yaml"), PLAN);
    Files.writeString(folder.resolve("simulation.yaml"), SIMULATION);
    Files.writeString(
        folder.resolve("mlp.json"),
        "{\"model_type\":\"mlp\",\"in_features\":8,\"hidden\":[4],\"activation\":\"relu\"}");
  }

  /** Hostile nodes too write as the plan says, so that it is their values that are judged. */
  @Test
  void simulate_compressed_reportsBytesAndErrors() throws IOException {
    Runner.Result run = run("less", "--set", "federation.compression=int8");
    assertEquals(0, run.exitCode(), run.err());
    String report = Files.readString(folder.resolve("less/report.json"));
    assertTrue(report.contains("\"compression-error\":0.0"), report);
    assertTrue(report.contains("\"uncompressed-bytes\":"), report);
    assertFalse(report.contains("\"refused\":1"), report);
    String html = Files.readString(folder.resolve("less/report.html"));
    assertTrue(html.contains("of uncompressed") && html.contains("compression error"), html);
  }

  @Test
  void simulate_smallPlan_leavesReportAndModelAndTheSameDigestAgain() throws IOException {
    Runner.Result once = run("once", "--workers", "1");
    assertEquals(0, once.exitCode(), once.err());
    assertTrue(once.out().contains("6 nodes, column:node"), once.out());
    assertTrue(once.out().contains("round 2: "), once.out());
    JsonObject report = json(Files.readString(folder.resolve("once/report.json")));
    assertEquals(2, array(report, "malicious").size() - 1, "one row a round, and round 0");
    String html = Files.readString(folder.resolve("once/report.html"));
    assertTrue(html.contains("<svg") && html.contains("Malicious nodes"), "pictures and rows");
    assertTrue(Files.exists(folder.resolve("once/model/config.json")), "the best model");
    assertFalse(Files.exists(folder.resolve("once/state")), "the coordinator's state is gone");
    Runner.Result again = run("again", "--json");
    assertEquals(0, again.exitCode(), again.err());
    JsonObject answer = json(again.out());
    assertEquals(digest(report), digest(answer), "the same bits with another number of workers");
  }

  @Test
  void simulate_otherSeed_dividesOtherData() throws IOException {
    JsonObject one = json(run("one", "--json").out());
    JsonObject other = json(run("other", "--json", "--seed", "5").out());
    assertFalse(
        one.find("holdings").equals(other.find("holdings")), "another seed, another data set");
  }

  @Test
  void simulate_onlyOneNode_trainsItAlone() throws IOException {
    Files.writeString(folder.resolve("plan.yaml"), PLAN.replace("quorum: 3", "quorum: 1"));
    Files.writeString(folder.resolve("simulation.yaml"), SIMULATION + "only: 2\nper-node: true\n");
    Runner.Result alone = run("alone");
    assertEquals(0, alone.exitCode(), alone.err());
    assertTrue(alone.out().contains("6 nodes, node-2 alone, column:node"), alone.out());
    JsonObject report = json(Files.readString(folder.resolve("alone/report.json")));
    assertEquals(1, array(report, "perNode").size());
    assertEquals(0, array(report, "malicious").size(), "a node alone is honest");
    Files.writeString(folder.resolve("simulation.yaml"), SIMULATION + "only: 7\n");
    Runner.Result none = run("none");
    assertEquals(2, none.exitCode());
    assertTrue(none.err().contains("only: 7 (expected: a node's number from 1 to 6)"), none.err());
    assertFalse(Files.exists(folder.resolve("none")), "nothing is left of what was refused");
  }

  @Test
  void simulate_batchThatFits_isRefusedBeforeAnythingIsThere() throws IOException {
    String plan = PLAN.replace("batch-size: 10", "batch-size: auto");
    Files.writeString(folder.resolve("plan.yaml"), plan + "deterministic: false\n");
    Runner.Result refused = run("none");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("simulated nodes share the memory"), refused.err());
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void simulate_sitesWithoutValidationParts_isRefusedBeforeAnythingIsThere() {
    Runner.Result refused = run("none", "--set", "evaluation.where=sites");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("data.validation: none"), refused.err());
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"noise: 0.1", "shift: {scale: 2}"})
  void simulate_featuresOfTexts_areRefusedBeforeAnythingIsThere(String setting) throws IOException {
    Files.writeString(
        folder.resolve("texts.csv"), "text,label\n" + "a cat,0\na dog,1\n".repeat(20));
    Files.writeString(
        folder.resolve("plan.yaml"),
        PLAN.replace("tabular-classification", "text-classification")
            .replace("[\"0\", \"1\", \"2\"]", "[\"0\", \"1\"]"));
    Files.writeString(
        folder.resolve("simulation.yaml"),
        "base: mlp.json\nnodes: 3\ndata: {train: {path: texts.csv}}\n"
            + "held-out: {selection: texts.csv}\n"
            + setting
            + "\n");
    Runner.Result refused = run("none");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("pictures or rows of numbers"), refused.err());
    assertEquals(1, refused.err().lines().count(), refused.err());
    assertFalse(Files.exists(folder.resolve("none")), "nothing is left of what was refused");
  }

  @Test
  void simulate_evaluatedAtSites_namesTheWorst() throws IOException {
    withFiles();
    Runner.Result run = run("both", "--set", "evaluation.where=both");
    assertEquals(0, run.exitCode(), run.err());
    String report = Files.readString(folder.resolve("both/report.json"));
    assertTrue(report.contains("\"worst\":\"node-"), report);
    assertTrue(report.contains("\"together\":{"), report);
    String html = Files.readString(folder.resolve("both/report.html"));
    assertTrue(html.contains("worst site") && html.contains("Sites, round 2"), html);
    JsonObject sites = json(run("sites", "--json", "--set", "evaluation.where=sites").out());
    assertEquals(digest(json(report)), digest(sites), "who evaluates moves no weights");
  }

  @Test
  void simulate_noHeldOut_runsAtTheSitesAndNowhereElse() throws IOException {
    withFiles();
    JsonObject with = json(run("with", "--json", "--set", "evaluation.where=sites").out());
    Path file = folder.resolve("simulation.yaml");
    Files.writeString(file, Files.readString(file).replaceFirst("held-out: .*\n", ""));
    for (String where : List.of("central", "both")) {
      Runner.Result refused = run("none", "--set", "evaluation.where=" + where);
      assertEquals(2, refused.exitCode(), refused.err());
      assertTrue(refused.err().contains("held-out: not given"), refused.err());
      assertEquals(1, refused.err().lines().count(), refused.err());
      assertFalse(Files.exists(folder.resolve("none")));
    }

    Runner.Result run = run("without", "--json", "--set", "evaluation.where=sites");

    assertEquals(0, run.exitCode(), run.err());
    assertEquals(digest(with), digest(json(run.out())));
  }

  @Test
  void simulate_cohortsByChoice_closeEarlyAndRepeatWhatCanBe() throws IOException {
    withFiles();
    Runner.Result refused = run("none", "--set", "federation.cohort.over-select=1.5");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("deterministic: false"), refused.err());
    String[] loss = {"--json", "--set", "federation.cohort.kind=power-of-choice"};
    assertEquals(digest(json(run("one", loss).out())), digest(json(run("two", loss).out())));
    Runner.Result early =
        run(
            "early",
            "--json",
            "--set",
            "deterministic=false",
            "--set",
            "federation.cohort.close-at=3",
            "--set",
            "federation.cohort.fraction=1",
            "--set",
            "federation.cohort.kind=by-size",
            "--set",
            "federation.cohort.floor=1");
    assertEquals(0, early.exitCode(), early.err());
    JsonObject report = json(Files.readString(folder.resolve("early/report.json")));
    assertTrue(
        updates(report, 2) >= 3, "with the first three; what was receipted by then counts too");
  }

  @Test
  void simulate_ownPace_tellsAgesAndTimesAndRepeats() throws IOException {
    String slow = SIMULATION + "behaviour: {stragglers: {sigma: 1, late: wait}}\n";
    Files.writeString(folder.resolve("simulation.yaml"), slow);
    JsonObject one = json(ownPace("one", "--json", "--workers", "1").out());
    JsonObject two = json(ownPace("two", "--json").out());
    assertEquals(digest(one), digest(two), "the same bits with another number of workers");
    assertEquals(3, array(one, "virtualTimes").size());
    assertEquals(array(one, "virtualTimes"), array(two, "virtualTimes"));
    assertEquals(3, updates(one, 2));
    String html = Files.readString(folder.resolve("one/report.html"));
    assertTrue(html.contains("over virtual time") && html.contains("staleness"), html);
    Files.writeString(
        folder.resolve("simulation.yaml"), slow.replace("sign-flip", "little-is-enough"));
    Runner.Result refused = ownPace("none");
    assertEquals(2, refused.exitCode(), refused.err());
    assertTrue(refused.err().contains("malicious.attack: little-is-enough"), refused.err());
    assertFalse(Files.exists(folder.resolve("none")));
  }

  private Runner.Result ownPace(String into, String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    for (String setting :
        List.of(
            "deterministic=false",
            "federation.mode.name=async",
            "federation.mode.buffer=3",
            "federation.cohort.fraction=1")) {
      all.addAll(List.of("--set", setting));
    }
    return run(into, all.toArray(String[]::new));
  }

  /** Updates that counted in a round. */
  private static int updates(JsonObject report, int round) {
    JsonObject view = (JsonObject) report.find("run").orElseThrow();
    JsonObject one = (JsonObject) array(view, "rounds").get(round);
    return Integer.parseInt(one.find("updates").orElseThrow().canonical());
  }

  /** Files of rows in the place of drawn data, so that nodes have validation parts. */
  private void withFiles() throws IOException {
    Files.writeString(folder.resolve("train.csv"), rows(240, 1));
    Files.writeString(folder.resolve("selection.csv"), rows(60, 2));
    String columns = "features: [a, b, c, d, e, f, g, h], label: label";
    Files.writeString(
        folder.resolve("simulation.yaml"),
        "base: mlp.json\nnodes: 6\npartition: iid\ndata: {train: {source: csv, path: train.csv, "
            + columns
            + "}, validation: 25%}\nheld-out: {selection: selection.csv, "
            + columns
            + "}\n");
  }

  private static String rows(int count, long seed) {
    var random = new Random(seed);
    var text = new StringBuilder("a,b,c,d,e,f,g,h,label\n");
    for (int i = 0; i < count; i++) {
      int label = i % 3;
      for (int column = 0; column < 8; column++) {
        text.append(label == column ? 1 + random.nextInt(2) : random.nextInt(2)).append(',');
      }
      text.append(label).append('\n');
    }
    return text.toString();
  }

  private Runner.Result run(String into, String... more) {
    List<String> line = new ArrayList<>(List.of("simulate", "plan.yaml", "--into", into));
    line.addAll(List.of(more));
    return new Runner(folder).run(line.toArray(String[]::new));
  }

  private static String digest(JsonObject report) {
    return ((JsonObject) report.find("run").orElseThrow())
        .find("finalDigest")
        .orElseThrow()
        .canonical();
  }

  private static List<? extends JsonValue> array(JsonObject report, String key) {
    return ((JsonValue.JsonArray) report.find(key).orElseThrow()).items();
  }

  private static JsonObject json(String text) {
    return (JsonObject) JsonReader.read(text.strip());
  }
}
