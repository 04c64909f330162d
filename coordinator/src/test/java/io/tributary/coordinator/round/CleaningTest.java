package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is removed, and what never is. */
final class CleaningTest {
  private static Table afterRounds(String keep, double... figures) {
    var table = new Table();
    Map<String, String> changes =
        Map.of("keep.checkpoints", keep, "federation.rounds", Integer.toString(figures.length));
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(changes), false)));
    table.joined("n1", "n2").evaluate(0.3);
    for (double figure : figures) {
      table.count("n1", "n2").aggregate().evaluate(figure);
    }
    return table;
  }

  private static Set<Digest> digests(Checkpoint... checkpoints) {
    Set<Digest> digests = new java.util.HashSet<>();
    for (Checkpoint checkpoint : checkpoints) {
      digests.add(checkpoint.manifest().digest());
      digests.add(checkpoint.trained().digest());
    }
    return digests;
  }

  @Test
  void roundZero_nothingIsCleared() {
    var table = new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false));
    assertEquals(List.of(), table.effects(Effect.ClearSpool.class));
    assertEquals(List.of(), table.effects(Effect.ApplyRetention.class));
  }

  @Test
  void committed_clearsItsSpoolOnly() {
    Table table = afterRounds("[\"best\"]", 0.4);
    assertEquals(1, table.effect(Effect.ClearSpool.class).upTo().round());
  }

  @Test
  void stopped_clearsTheOpenRoundToo() {
    var table = new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false));
    table.joined("n1", "n2").take(new RoundEvent.StopAsked(new RunId("t-1"), "op"));
    assertEquals(1, table.effect(Effect.ClearSpool.class).upTo().round());
  }

  @Test
  void retention_keepsBestAndLast() {
    Table table = afterRounds("[\"best\",\"last\"]", 0.9, 0.5, 0.6);
    assertEquals(
        digests(table.run().spec().zero(), Plans.checkpoint("t-1/2")),
        table.effect(Effect.ApplyRetention.class).drop());
  }

  @Test
  void retention_ofOneWord_keepsTheOtherWhileTheRunGoesOn() {
    var table = new Table();
    Map<String, String> changes = Map.of("keep.checkpoints", "[\"last\"]");
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(changes), false)));
    table.joined("n1", "n2").evaluate(0.9).count("n1", "n2").aggregate().evaluate(0.1);
    assertEquals(List.of(), table.effects(Effect.ApplyRetention.class), "zero is the best");

    table.count("n1", "n2").aggregate().evaluate(0.2);

    assertEquals(Phase.COMPLETED, table.run().phase());
    assertEquals(
        digests(table.run().spec().zero(), Plans.checkpoint("t-1/1")),
        table.effect(Effect.ApplyRetention.class).drop());
  }

  @Test
  void retention_all_dropsNothing() {
    Table table = afterRounds("[\"all\"]", 0.4, 0.5);
    assertEquals(List.of(), table.effects(Effect.ApplyRetention.class));
  }

  @Test
  void retention_ofBestOnly_dropsTheLast() {
    Table table = afterRounds("[\"best\"]", 0.4, 0.2);
    assertEquals(
        digests(table.run().spec().zero(), Plans.checkpoint("t-1/2")),
        table.effect(Effect.ApplyRetention.class).drop());
  }

  @Test
  void retention_checkpointOfAnotherRun_isNeverDropped() {
    Table table = afterRounds("[\"best\",\"last\"]", 0.4, 0.5);
    RunSpec first = table.run("t-1").spec();
    RunSpec twin =
        new RunSpec(
            new RunId("u-1"),
            first.plan(),
            first.base(),
            first.zero(),
            first.groups(),
            false,
            "op");
    assertEquals(
        digests(first.zero(), Plans.checkpoint("t-1/1")),
        table.effect(Effect.ApplyRetention.class).drop());

    EffectId alone = table.effect(Effect.ApplyRetention.class).id();
    table.take(new RoundEvent.RunAsked(twin));

    Effect.ApplyRetention shared = table.effect(Effect.ApplyRetention.class);
    assertEquals(digests(Plans.checkpoint("t-1/1")), shared.drop());
    assertNotEquals(alone, shared.id(), "what may go changed, so it is done again");
  }

  @Test
  void stopped_beforeItsCandidateIsCommitted_dropsTheCandidate() {
    var table = new Table().started(Plans.spec("t-1", Plans.plan(Map.of()), false));
    table.joined("n1", "n2").count("n1", "n2").aggregate().evaluate(0.4);
    table.count("n1", "n2").aggregate();
    Set<Digest> candidate = digests(Plans.checkpoint("t-1/2"));
    assertEquals(
        digests(table.run().spec().zero()),
        table.effect(Effect.ApplyRetention.class).drop(),
        "while it goes on");

    table.take(new RoundEvent.StopAsked(new RunId("t-1"), "op"));

    Set<Digest> dropped = table.effect(Effect.ApplyRetention.class).drop();
    assertEquals(4, dropped.size());
    assertTrue(dropped.containsAll(candidate));
  }

  @Test
  void cleaningSince_roundByRound_dropsWhatTheWholeWouldDrop() {
    var table = new Table();
    table.started(Plans.spec("t-1", Plans.plan(Map.of("federation.rounds", "6")), false));
    table.joined("n1", "n2");
    Set<Digest> dropped = new HashSet<>();
    Cleaned cleaned = table.machine.cleaned();
    double[] figures = {0.3, 0.2, 0.5, 0.1, 0.4, 0.45};
    for (double figure : figures) {
      table.count("n1", "n2").aggregate().evaluate(figure);
      for (Effect effect : table.machine.cleaningSince(cleaned)) {
        if (effect instanceof Effect.ApplyRetention retention) {
          retention.drop().forEach(digest -> assertTrue(dropped.add(digest), "dropped once"));
        }
      }
      cleaned = table.machine.cleaned();
    }
    Set<Digest> whole = table.effect(Effect.ApplyRetention.class).drop();
    assertEquals(whole, dropped);
    assertEquals(List.of(), drops(table.machine.cleaningSince(cleaned)), "nothing is new");
  }

  private static List<Effect> drops(List<Effect> effects) {
    return effects.stream().filter(Effect.ApplyRetention.class::isInstance).toList();
  }
}
