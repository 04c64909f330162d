package io.tributary.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Rounds without a barrier: buffers, ages, and who is asked when. */
final class AsyncRoundTest {
  private static final Judgement.Passed PASSED = new Judgement.Passed(1.5);

  static Table started(Map<String, String> changes, String... nodes) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "federation.mode",
                "{\"name\":\"async\",\"buffer\":2,\"max-staleness\":2}",
                "federation.rounds",
                "6",
                "federation.cohort.quorum",
                "1"));
    all.putAll(changes);
    var table = new Table();
    table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(all), false)));
    return table.joined(nodes).evaluate(0.1);
  }

  /** Nodes a, b, c at work on version 1; a buffer holds two. */
  static Table three() {
    return started(Map.of(), "a", "b", "c");
  }

  /** An update of an assignment, from what it began with, as its node sends it. */
  static Answer submit(Table table, AssignmentId id) {
    RunState run = table.run();
    Digest base = run.find(id).map(run::checkpointOf).orElseGet(run::current).manifest().digest();
    return table.take(new RoundEvent.UpdateStored(id, Plans.trained(id.toString(), base)));
  }

  static void judge(Table table) {
    Effect.JudgeUpdate effect = table.effect(Effect.JudgeUpdate.class);
    table.take(new RoundEvent.JudgementReady(effect.id(), PASSED));
  }

  static void count(Table table, String... nodes) {
    for (String node : nodes) {
      submit(table, table.assignment(node));
      judge(table);
    }
  }

  static void commit(Table table) {
    commit(table, 0.2);
  }

  private static void commit(Table table, double figure) {
    table.aggregate().evaluate(figure);
  }

  private static Set<String> counted(Table table) {
    return table.effect(Effect.Aggregate.class).counted().stream()
        .map(record -> record.id().toString())
        .collect(Collectors.toSet());
  }

  private static List<AssignmentId> ids(List<AssignmentRecord> records) {
    return records.stream().map(AssignmentRecord::id).toList();
  }

  static List<String> live(Table table) {
    return table.run().open().live().stream().map(record -> record.id().toString()).toList();
  }

  @Test
  void fullBuffer_makesAVersion_andWhoIsAtWorkGoesOn() {
    Table table = three();
    count(table, "a", "b");

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(Set.of("t-1/1/1/a", "t-1/1/1/b"), counted(table));
    assertEquals(List.of("t-1/1/1/c"), live(table));
    commit(table);
    assertEquals(2, table.run().open().round());
    // the others begin from the new version at once
    assertEquals(List.of("t-1/1/1/c", "t-1/2/1/a", "t-1/2/1/b"), live(table));
    assertTrue(table.messages.isEmpty(), "nobody is cancelled");
  }

  @Test
  void olderUpdate_countsInALaterRound_withItsAge() {
    Table table = three();
    AssignmentId old = table.assignment("c");
    count(table, "a", "b");
    commit(table);
    submit(table, old);
    Effect.JudgeUpdate judging = table.effect(Effect.JudgeUpdate.class);
    assertEquals(
        table.run().rounds().get(0).checkpoint(), judging.checkpoint(), "judged by its own base");
    judge(table);
    count(table, "a");

    Effect.Aggregate aggregate = table.effect(Effect.Aggregate.class);
    assertEquals(table.run().current(), aggregate.base(), "added to the newest version");
    assertEquals(Set.of("t-1/1/1/c", "t-1/2/1/a"), counted(table));
    commit(table);
    RoundRecord round = table.run().rounds().get(2);
    assertEquals(0.5, round.measures().get("staleness-mean"));
    assertEquals(1.0, round.measures().get("staleness-max"));
    assertEquals(0.0, round.measures().get("staleness-refused"));
    assertEquals(2, round.updates());
  }

  @Test
  void node_whoseUpdateIsIn_beginsFromANewerVersionOnly() {
    Table table = three();
    count(table, "a");
    // of version 1 a has nothing more to say
    assertEquals(List.of("t-1/1/1/b", "t-1/1/1/c"), live(table));
    count(table, "b");
    commit(table);
    // c sends what began from version 1 and is asked for version 2 in the same breath
    submit(table, new AssignmentId(table.assignment("c").round(), 1, table.assignment("c").node()));
    assertEquals(List.of("t-1/2/1/a", "t-1/2/1/b", "t-1/2/1/c"), live(table));
  }

  @Test
  void oneNode_mayFillABufferWithUpdatesOfTwoVersions() {
    Table table = three();
    AssignmentId old = table.assignment("c");
    count(table, "a", "b");
    commit(table);
    submit(table, old);
    judge(table);
    count(table, "c");

    assertEquals(Set.of("t-1/1/1/c", "t-1/2/1/c"), counted(table));
    assertTrue(table.effect(Effect.Aggregate.class).nodes() >= 2);
  }

  @Test
  void updatesWhileAVersionIsMade_areReceiptedAndCountInTheNextOne() {
    Table table = three();
    AssignmentId late = table.assignment("c");
    count(table, "a", "b");
    assertInstanceOf(Answer.Receipted.class, submit(table, late));
    assertTrue(table.effects(Effect.JudgeUpdate.class).isEmpty(), "judged when the next one opens");
    table.aggregate();
    table.evaluate(0.2);

    assertEquals(late, table.effect(Effect.JudgeUpdate.class).assignment());
    judge(table);
    assertEquals(AssignmentStage.COUNTED, table.run().find(late).orElseThrow().stage());
    assertEquals(List.of(late), ids(table.run().open().spooled()));
    assertEquals(1, table.run().open().count(AssignmentStage.COUNTED));
  }

  @Test
  void judging_followsTheOrderOfReceipts_andABufferHoldsNoMore() {
    Table table = three();
    submit(table, table.assignment("c"));
    submit(table, table.assignment("a"));
    submit(table, table.assignment("b"));
    List<Effect.JudgeUpdate> first = table.effects(Effect.JudgeUpdate.class);
    assertEquals(1, first.size());
    assertEquals("c", first.get(0).assignment().node().value());
    judge(table);
    judge(table);

    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(Set.of("t-1/1/1/c", "t-1/1/1/a"), counted(table));
    commit(table);
    // what waited is the first of the next buffer
    assertEquals("b", table.effect(Effect.JudgeUpdate.class).assignment().node().value());
  }

  @Test
  void tooOld_isCancelledWithAReason_andItsNodeAskedAnew() {
    Table table = three();
    AssignmentId old = table.assignment("c");
    for (int round = 1; round <= 3; round++) {
      table.messages.clear();
      count(table, "a", "b");
      commit(table);
    }

    assertEquals(4, table.run().open().round());
    String why =
        "STALE: the model has gone on by 3 versions since it began"
            + " (expected: at most max-staleness, 2)";
    AssignmentRecord ended = table.run().find(old).orElseThrow();
    assertEquals(AssignmentStage.CANCELLED, ended.stage());
    assertEquals(why, ended.reason());
    Effect.CancelAssignment told =
        assertInstanceOf(Effect.CancelAssignment.class, table.messages.get(0));
    assertEquals(why, told.reason());
    assertTrue(live(table).contains("t-1/4/1/c"), "the node begins anew");

    Answer.Stale answer = assertInstanceOf(Answer.Stale.class, submit(table, old));
    assertTrue(answer.sentence().contains("max-staleness, 2"), answer.sentence());
    count(table, "a", "b");
    commit(table);
    assertEquals(1.0, table.run().rounds().get(4).measures().get("staleness-refused"));
    // and long after that it is still known why
    assertEquals(ended, table.run().find(old).orElseThrow());
  }

  @Test
  void receiptedAndTooOldByThen_isRefused() {
    Table table =
        started(
            Map.of("federation.mode", "{\"name\":\"async\",\"buffer\":2,\"max-staleness\":0}"),
            "a",
            "b",
            "c");
    AssignmentId late = table.assignment("c");
    count(table, "a", "b");
    submit(table, late);
    commit(table);

    AssignmentRecord refused = table.run().find(late).orElseThrow();
    assertEquals(AssignmentStage.REFUSED, refused.stage());
    assertTrue(refused.reason().startsWith("STALE: "), refused.reason());
    assertEquals(1, table.effect(Effect.ClearSpool.class).upTo().round());
    assertEquals(List.of(), table.run().open().spooled(), "so its bytes are nobody's need");
    assertInstanceOf(Answer.Receipted.class, submit(table, late), "the same receipt again");
    assertTrue(live(table).contains("t-1/2/1/c"));
  }

  @Test
  void checkpointAndSpool_ofWhoIsAtWork_stay() {
    Table table = three();
    AssignmentId slow = table.assignment("c");
    Set<Digest> begun =
        table.run().rounds().get(0).checkpoint().digests().collect(Collectors.toSet());
    count(table, "a", "b");
    commit(table, 0.2);
    count(table, "a", "b");
    commit(table, 0.3);

    assertTrue(table.machine.world().kept().containsAll(begun), "what c began from");
    assertTrue(table.effects(Effect.ClearSpool.class).isEmpty(), "c's update belongs to round 1");
    assertEquals(Set.of("t-1/1/1/a", "t-1/1/1/b", "t-1/2/1/a", "t-1/2/1/b"), clearedAlone(table));
    Set<Digest> second =
        table.run().rounds().get(1).checkpoint().digests().collect(Collectors.toSet());
    assertFalse(table.machine.world().kept().containsAll(second), "nobody works on version 2");
    submit(table, slow);
    judge(table);
    count(table, "a");
    assertTrue(
        table.effects(Effect.ClearSpool.class).isEmpty(), "it counts, and is not summed yet");
    assertFalse(clearedAlone(table).contains(slow.toString()));
    commit(table, 0.4);
    assertEquals(2, table.effect(Effect.ClearSpool.class).upTo().round());
    assertEquals(Set.of("t-1/3/1/a"), clearedAlone(table), "b is at work on version 3");
    assertFalse(table.machine.world().kept().containsAll(begun), "nobody needs it any more");
  }

  private static Set<String> clearedAlone(Table table) {
    return table.effect(Effect.ClearUpdates.class).over().stream()
        .map(AssignmentId::toString)
        .collect(Collectors.toSet());
  }

  @Test
  void concurrency_limitsWhoIsAtWork_andWhoIsAwayTakesNobodysPlace() {
    Table table =
        started(
            Map.of("federation.mode", "{\"name\":\"async\",\"buffer\":3,\"concurrency\":2}"),
            "a",
            "b",
            "c",
            "d");
    assertEquals(2, live(table).size());
    List<AssignmentId> first =
        table.run().open().live().stream().map(AssignmentRecord::id).toList();
    submit(table, first.get(0));
    assertEquals(2, live(table).size());
    assertFalse(live(table).contains(first.get(0).toString()));
    AssignmentId gone = first.get(1);
    long session = table.machine.world().roster().find(gone.node()).orElseThrow().session();
    table.take(new RoundEvent.NodeLeft(gone.node(), session));
    assertEquals(3, live(table).size(), "another one is asked, and the one away may come back");
    assertInstanceOf(Answer.Receipted.class, submit(table, gone));
  }

  @Test
  void order_ofAVersion_isTheSameWhoeverComesAndGoes() {
    Map<String, String> one =
        Map.of("federation.mode", "{\"name\":\"async\",\"buffer\":3,\"concurrency\":1}");
    Set<String> drawn = new HashSet<>();
    for (String[] nodes : List.of(new String[] {"a", "b", "c"}, new String[] {"c", "b", "a"})) {
      var table = new Table();
      table.joined(nodes);
      Map<String, String> all = new HashMap<>(one);
      all.put("federation.cohort.quorum", "1");
      table.take(new RoundEvent.RunAsked(Plans.spec("t-1", Plans.plan(all), false)));
      table.evaluate(0.1);
      drawn.add(live(table).toString());
    }
    assertEquals(1, drawn.size(), drawn.toString());
  }

  @Test
  void bufferThatNobodyCanFill_closesAsItIs() {
    Table table = started(Map.of("federation.mode", "{\"name\":\"async\",\"buffer\":5}"), "a", "b");
    count(table, "b", "a");
    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(2, counted(table).size());
  }

  private static void leave(Table table, String node) {
    Roster.Member member = table.machine.world().roster().find(new NodeName(node)).orElseThrow();
    table.take(new RoundEvent.NodeLeft(member.profile().node(), member.session()));
  }

  @Test
  void lostNode_holdsABufferNoLongerThanRecruitingMayTake() {
    Table table =
        started(Map.of("federation.mode", "{\"name\":\"async\",\"buffer\":3}"), "a", "b", "c");
    leave(table, "c");
    count(table, "a", "b");
    table.pass(Duration.ofMinutes(1));
    assertEquals(Phase.COLLECTING, table.run().phase(), "it may come back");
    table.pass(Duration.ofMinutes(1));
    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(List.of("t-1/1/1/c"), live(table), "its work goes on all the same");
  }

  @Test
  void hungNode_endsAtTheDeadlineOfALaterRound() {
    Table table = three();
    count(table, "a", "b");
    commit(table);
    assertTrue(live(table).contains("t-1/1/1/c"));
    table.pass(Duration.ofMinutes(30));
    AssignmentRecord c = table.run().find(AssignmentId.parse("t-1/1/1/c")).orElseThrow();
    assertEquals(AssignmentStage.FAILED, c.stage());
    assertTrue(c.reason().contains("deadline"), c.reason());
    table.pass(Duration.ZERO);
    assertTrue(live(table).contains("t-1/2/2/c"), live(table) + ": it is asked anew");
  }

  @Test
  void hungNode_takesNobodysPlaceInTheNextAttempt() {
    Table table =
        started(
            Map.of("federation.mode", "{\"name\":\"async\",\"buffer\":1,\"concurrency\":1}"),
            "a",
            "b");
    String hung = live(table).get(0);
    table.pass(Duration.ofMinutes(30)).pass(Duration.ZERO);
    assertEquals(2, live(table).size());
    assertTrue(live(table).contains(hung));
  }

  @Test
  void nodesThatComeOneByOne_spendNoAttempts() {
    Table table = started(Map.of("federation.cohort.quorum", "2"), "a");
    count(table, "a");
    assertEquals(Phase.COLLECTING, table.run().phase());
    assertEquals(1, table.run().open().attempt());
    table.joined("b");
    assertEquals(List.of("t-1/1/1/b"), live(table));
    count(table, "b");
    assertEquals(Phase.AGGREGATING, table.run().phase());

    Table alone = started(Map.of("federation.cohort.quorum", "2"), "a");
    count(alone, "a");
    alone.pass(Duration.ofMinutes(2));
    assertEquals(2, alone.run().open().attempt(), "nobody came");
  }

  @Test
  void deadline_closesWithTheQuorum_andElseExtends() {
    Table table = three();
    count(table, "a");
    table.pass(Duration.ofMinutes(30));
    assertEquals(Phase.AGGREGATING, table.run().phase());
    assertEquals(2, live(table).size(), "those at work go on");

    Table none = three();
    none.pass(Duration.ofMinutes(30));
    assertEquals(2, none.run().open().attempt());
    assertEquals(Phase.COLLECTING, none.run().phase());
    assertEquals(3, live(none).size());
    none.pass(Duration.ofMinutes(30)).pass(Duration.ofMinutes(30));
    assertEquals(Phase.PAUSED_ATTEMPTS_EXHAUSTED, none.run().phase());
  }

  @Test
  void failures_areAskedAgainWithTheNextAttemptOnly() {
    Table table = started(Map.of("federation.cohort.quorum", "2"), "a", "b");
    table.fail("a", true);
    assertEquals(List.of("t-1/1/1/b"), live(table), "not at once, for ever");
    table.fail("b", true);
    assertEquals(2, table.run().open().attempt());
    table.pass(Duration.ZERO);
    assertEquals(List.of("t-1/1/2/a", "t-1/1/2/b"), live(table));
  }

  @Test
  void offers_areMadeOnce_whateverDrawsAndRoundsFollow() {
    Table table = three();
    Set<EffectId> before = offers(table);
    submit(table, table.assignment("a"));
    table.joined("d");
    Set<EffectId> after = offers(table);
    assertTrue(after.contains(offerOf(table, "d")), "d is asked");
    after.remove(offerOf(table, "d"));
    assertTrue(before.containsAll(after), "the others heard it before");
    judge(table);
    count(table, "d");
    EffectId ofC = offerOf(table, "c");
    commit(table);
    assertEquals(ofC, offerOf(table, "c"), "a new version is no new offer to who is at work");
    table.pass(Duration.ofMinutes(30)).pass(Duration.ZERO);
    assertFalse(before.contains(offerOf(table, "b")), "another attempt is");
  }

  private static Set<EffectId> offers(Table table) {
    return table.effects(Effect.OfferAssignment.class).stream()
        .map(Effect::id)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static EffectId offerOf(Table table, String node) {
    return table.effects(Effect.OfferAssignment.class).stream()
        .filter(offer -> offer.assignment().node().value().equals(node))
        .map(Effect::id)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void lastRound_endsWhatGoesOn() {
    Table table = started(Map.of("federation.rounds", "1"), "a", "b", "c");
    AssignmentId open = table.assignment("c");
    count(table, "a", "b");
    commit(table);
    assertEquals(Phase.COMPLETED, table.run().phase());
    assertEquals(AssignmentStage.CANCELLED, table.run().find(open).orElseThrow().stage());
    assertInstanceOf(Effect.CancelAssignment.class, table.messages.get(0));
  }

  @Test
  void restart_foldsTheSame_andGoesOnWithTheSameBuffer() {
    Table table = three();
    AssignmentId old = table.assignment("c");
    count(table, "a", "b");
    commit(table);
    submit(table, old);
    RunState before = table.run();
    table.restart();
    RunState after = table.run();
    assertEquals(before.open().cohort(), after.open().cohort());
    assertEquals(before.rounds(), after.rounds());
    assertEquals(old, table.effect(Effect.JudgeUpdate.class).assignment());
  }

  @Test
  void heldRun_keepsWhatIsUnderWay() {
    Table table = three();
    AssignmentId old = table.assignment("c");
    count(table, "a", "b");
    commit(table);
    table.take(new RoundEvent.PauseAsked(table.run().run(), "op"));
    assertInstanceOf(Answer.Refused.class, submit(table, old));
    table.take(new RoundEvent.ResumeAsked(table.run().run()));
    assertInstanceOf(Answer.Receipted.class, submit(table, old));
    judge(table);
    assertEquals(AssignmentStage.COUNTED, table.run().find(old).orElseThrow().stage());
  }
}
