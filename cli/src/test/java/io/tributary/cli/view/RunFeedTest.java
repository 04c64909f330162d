package io.tributary.cli.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class RunFeedTest {
  private final RunFeed feed = new RunFeed();

  @Test
  void lines_sameViewTwice_tellsOnce() {
    RunStatus run =
        Samples.run(
            "collecting",
            "",
            List.of(Samples.round(0, 0.05, 0)),
            List.of(Samples.work("site-1", "training", 1, 900)));
    assertEquals(
        List.of(
            "round 0, the untouched base: held-out loss 1.950, accuracy 5.0 % (2.0–8.0),"
                + " macro-F1 0.025",
            "round 1: site-1 training (900 examples)", "run gloss-ab2d: round 1 of 4, collecting"),
        feed.lines(run));
    assertEquals(List.of(), feed.lines(run));
  }

  /** Its update counted, and now it evaluates: each is told once. */
  @Test
  void lines_nodeWithTwoAssignments_tellsEachOnce() {
    RunStatus run =
        Samples.run(
            "evaluating-at-sites",
            "",
            List.of(Samples.round(0, 0.05, 0)),
            List.of(
                Samples.asked(1, "site-1", "counted", 0, 0),
                Samples.asked(2, "site-1", "training", 0, 0)));
    assertEquals(4, feed.lines(run).size());
    assertEquals(List.of(), feed.lines(run));
  }

  @Test
  void lines_roundDone_tellsItsCosts() {
    feed.lines(Samples.run("collecting", "", List.of(Samples.round(0, 0.05, 0)), List.of()));
    var rounds = List.of(Samples.round(0, 0.05, 0), Samples.round(1, 0.45, 1));
    assertEquals(
        "round 1: held-out loss 1.550, accuracy 45.0 % (42.0–48.0), macro-F1 0.225, 41.5 s,"
            + " 547 MB down, 273 MB up, 2 updates, 1 refused",
        feed.lines(Samples.run("completed", "rounds", rounds, List.of())).get(0));
  }
}
