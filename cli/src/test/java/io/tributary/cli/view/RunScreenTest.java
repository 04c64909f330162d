package io.tributary.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.output.Style;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunScreenTest {
  @Test
  void live_openRound_showsNodesAndRounds() {
    RunStatus run =
        Samples.run(
            "collecting",
            "",
            List.of(Samples.round(0, 0.05, 0), Samples.round(1, 0.45, 1)),
            List.of(
                Samples.work("site-1", "training", 450, 900),
                Samples.work("site-10", "submitting", 30_000_000, 91_000_000)));
    assertEquals(
        """
        run gloss-ab2d: round 2 of 4, collecting
          site-1   training    [██████████          ]  450 of 900  143 examples/s  loss 1.500
          site-10  submitting  [██████▌             ]  30.0 MB of 91.0 MB  143 B/s  loss 1.500

        round  held-out loss  accuracy (95 %)     macro-F1    time    down      up        updates
            0          1.950  5.0 % (2.0–8.0)        0.025  41.5 s     0 B     0 B              –  untouched base
            1          1.550  45.0 % (42.0–48.0)     0.225  41.5 s  547 MB  273 MB  2 (1 refused)  best
        """,
        String.join("\n", RunScreen.live(run, Style.PLAIN)) + "\n");
  }

  @Test
  void rounds_measuredAdapters_haveAColumnOfWhatTheMeanLost() {
    RunStatus run =
        Samples.run(
            "completed",
            "",
            List.of(Samples.round(0, 0.05, 0), Samples.measured(1, 0.45, 0.0731)),
            List.of());
    List<String> lines = RunScreen.rounds(run, Style.PLAIN);
    assertEquals(
        "round  held-out loss  accuracy (95 %)     macro-F1  inexact    time    down      up"
            + "  updates",
        lines.get(0).stripTrailing());
    assertTrue(lines.get(1).contains("  0.025        –  "), lines.get(1));
    assertTrue(lines.get(2).contains("  0.225   0.0731  "), lines.get(2));
    String json = run.rounds().get(1).toJson().canonical();
    assertTrue(json.contains("\"measures\":{\"lora-inexactness\":0.0731}"), json);
  }

  @Test
  void nodes_workThatOutlivedItsRound_tellsItsAge() {
    List<NodeWork> cohort =
        List.of(
            Samples.asked(3, "a", "training", 1, 2),
            Samples.asked(5, "b", "training", 1, 2),
            Samples.asked(4, "c", "counted", 0, 0));
    List<String> lines = RunScreen.nodes(5, cohort, Style.PLAIN);
    assertTrue(lines.get(0).endsWith("loss 1.500  from 2 versions ago"), lines.get(0));
    assertTrue(lines.get(1).endsWith("loss 1.500"), lines.get(1));
    assertTrue(lines.get(2).endsWith("900 examples  from 1 version ago"), lines.get(2));
  }

  /** Nobody has begun from the newest version yet, or none that did is shown. */
  @Test
  void nodes_allOfOlderRounds_tellTheirAgesAllTheSame() {
    List<NodeWork> cohort =
        List.of(Samples.asked(3, "a", "training", 1, 2), Samples.asked(4, "b", "training", 1, 2));
    List<String> lines = RunScreen.nodes(6, cohort, Style.PLAIN);
    assertTrue(lines.get(0).endsWith("from 3 versions ago"), lines.get(0));
    assertTrue(lines.get(1).endsWith("from 2 versions ago"), lines.get(1));
  }

  @Test
  void rounds_updatesOfDifferentAges_haveAColumnOfThem() {
    RunStatus run =
        Samples.run(
            "completed",
            "",
            List.of(
                Samples.round(0, 0.05, 0),
                Samples.aged(1, 0.45, 1.25, 4, 0),
                Samples.aged(2, 0.45, 2, 3, 1)),
            List.of());
    List<String> lines = RunScreen.rounds(run, Style.PLAIN);
    assertTrue(lines.get(0).contains("staleness"), lines.get(0));
    assertTrue(lines.get(1).contains("  0.025  –"), lines.get(1));
    assertTrue(lines.get(2).contains("  0.225  1.25, at most 4  "), lines.get(2));
    assertTrue(lines.get(3).contains("  0.225  2.00, at most 3 (1 too old)  "), lines.get(3));
  }

  @Test
  void headline_reason_isTold() {
    RunStatus run = Samples.run("paused", "too few nodes", List.of(), List.of());
    assertEquals(
        "run gloss-ab2d: round 0 of 4, paused: too few nodes",
        RunScreen.headline(run, Style.PLAIN));
  }

  @Test
  void over_endedStates_only() {
    assertTrue(Samples.run("completed", "", List.of(), List.of()).over());
    assertTrue(Samples.run("failed", "", List.of(), List.of()).over());
    assertFalse(Samples.run("paused", "", List.of(), List.of()).over());
  }

  @Test
  void toJson_run_hasRoundsInTheDemosForm() {
    String json = Samples.round(1, 0.5, 0).summary().canonical();
    assertEquals(
        "{\"bytesDown\":547000000,\"bytesUp\":273000000,\"heldOut\":{\"accuracy\":0.5,"
            + "\"accuracyHigh\":0.53,\"accuracyLow\":0.47,\"examples\":1000,\"loss\":1.5,"
            + "\"macroF1\":0.25},\"round\":1,\"seconds\":41.5,\"updates\":3}",
        json);
  }
}
