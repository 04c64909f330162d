package io.tributary.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.output.Style;
import io.tributary.federation.plan.Metric;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Sites' figures as people see them. */
class SitesStatusTest {
  private static final SitesStatus SITES =
      new SitesStatus(
          Optional.of(Samples.figures(0.6)),
          List.of(
              site("a", 400, 0.4, ""),
              site("b", 20, 0.1, ""),
              new SitesStatus.Site("c", 0, new TreeMap<>(), "site policy says no")),
          "b");

  private static SitesStatus.Site site(String node, long examples, double f1, String reason) {
    return new SitesStatus.Site(node, examples, new TreeMap<>(Map.of("macro-f1", f1)), reason);
  }

  private static RoundStatus round() {
    RoundStatus bare = Samples.round(1, 0.45, 0);
    return new RoundStatus(
        1,
        bare.evaluation(),
        bare.seconds(),
        bare.bytesDown(),
        bare.bytesUp(),
        bare.updates(),
        bare.refused(),
        bare.attempts(),
        bare.checkpoint(),
        bare.trained(),
        bare.cohort(),
        Optional.of(SITES));
  }

  @Test
  void rounds_withSites_showThemTogetherAndTheWorst() {
    RunStatus run =
        Samples.run("completed", "", List.of(Samples.round(0, 0.05, 0), round()), List.of());
    List<String> lines = RunScreen.rounds(run, Style.PLAIN);
    assertTrue(lines.get(0).contains("sites' macro-F1"), lines.get(0));
    assertTrue(lines.get(0).contains("worst site"), lines.get(0));
    assertTrue(lines.get(1).contains("–"), lines.get(1));
    assertTrue(lines.get(2).contains("0.300 (2 of 3 sites)  0.100 b"), lines.get(2));
    assertTrue(
        RunScreen.rounds(
                Samples.run("completed", "", List.of(Samples.round(0, 0.05, 0)), List.of()),
                Style.PLAIN)
            .stream()
            .noneMatch(line -> line.contains("worst")));
  }

  @Test
  void table_hasALineASite_theWorstMarked() {
    assertEquals(
        """
        site  examples  macro-F1
        a          400     0.400
        b           20     0.100  worst
        c            0         –  site policy says no
        """,
        String.join("\n", SITES.table(List.of(Metric.MACRO_F1)).render(Style.PLAIN)) + "\n");
  }

  @Test
  void json_hasEverySite() {
    String json = round().toJson().canonical();
    assertTrue(
        json.contains(
            "{\"examples\":20,\"metrics\":{\"macro-f1\":0.1},\"node\":\"b\",\"reason\":\"\"}"),
        json);
    assertTrue(json.contains("\"worst\":\"b\""), json);
    assertTrue(json.contains("\"together\":{\"accuracy\":0.6"), json);
    assertTrue(!Samples.round(1, 0.5, 0).toJson().canonical().contains("sites"));
  }
}
