package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.ScriptedUpdate.Fault;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Node a of three misbehaves, over the real services. Whatever it does: it is told why, the run
 * shows why, and the round commits exactly what b and c alone give.
 */
class BadPeerTest {
  private static final String LONG = "\"deadlines\": {\"recruit\": \"60s\", \"round\": \"5m\"}";
  private static final String TRIO =
      "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"," + " \"c\"]}, ";
  private static String digestOfTheOthers = "";

  @TempDir Path folder;

  /** What a does; gives what it was told, empty where nobody could tell it. */
  @FunctionalInterface
  private interface Misdeed {
    String act(BadPeer peer, Assignment assignment) throws Exception;
  }

  /**
   * A row of the table.
   *
   * @param what node a does
   * @param state in which its assignment ends
   * @param word that names the reason
   * @param own whether the word stands in the run too: what a node does under another assignment
   *     says nothing about its own
   */
  private record Row(String what, String state, String word, boolean own, Misdeed misdeed) {
    static Row of(String what, String state, String word, Misdeed misdeed) {
      return new Row(what, state, word, true, misdeed);
    }

    static Row elsewhere(String what, String word, Misdeed misdeed) {
      return new Row(what, "cancelled", word, false, misdeed);
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Row> table() {
    return Stream.of(
        Row.of("all NaN", "refused", "NaN", gate(Fault.NOT_A_NUMBER)),
        Row.of("one infinite", "refused", "Infinity", gate(Fault.ONE_INFINITE)),
        Row.of("huge numbers", "refused", "norm", gate(Fault.HUGE_NUMBERS)),
        Row.of("large numbers", "refused", "norm", gate(Fault.LARGE_NUMBERS)),
        Row.of("wrong shape", "refused", "outside", gate(Fault.OTHER_SHAPE_INSIDE)),
        Row.of("transposed", "refused", "layout", gate(Fault.TRANSPOSED_INSIDE)),
        Row.of(
            "broadcastable shape",
            "refused",
            "after the last tensor",
            gate(Fault.ONE_ELEMENT_SHAPES)),
        Row.of("other names", "refused", "layout", gate(Fault.OTHER_LAYOUT_INSIDE)),
        Row.of("wrong dtype", "refused", "I32", gate(Fault.OTHER_TYPE_INSIDE)),
        Row.of("wrong base", "refused", "base", gate(Fault.WRONG_BASE)),
        Row.of(
            "count 1e12", "refused", "1000000000000 (expected: 1 to 100", gate(Fault.ABSURD_COUNT)),
        Row.of("count -1", "refused", "-1 (expected: 1 to 100", gate(Fault.NEGATIVE_COUNT)),
        Row.of("count 0", "refused", "0 (expected: 1 to 100", gate(Fault.ZERO_COUNT)),
        Row.of("garbage bytes", "refused", "header", gate(Fault.GARBAGE)),
        Row.of("header size absurd", "refused", "header", gate(Fault.ABSURD_HEADER_SIZE)),
        Row.of("header offsets overlap", "refused", "overlaps", gate(Fault.OVERLAPPING_OFFSETS)),
        Row.of("header names twice", "refused", "twice", gate(Fault.DUPLICATE_NAMES)),
        Row.of(
            "other layout stated",
            "cancelled",
            "layout of group delta",
            header(Fault.OTHER_LAYOUT_STATED)),
        Row.of(
            "wrong codec", "cancelled", "codec of group delta", header(Fault.OTHER_CODEC_STATED)),
        Row.of("other group", "cancelled", "groups: gradient", header(Fault.OTHER_GROUP_STATED)),
        Row.of("eleven instead of ten", "cancelled", "group delta", header(Fault.TOO_BIG)),
        Row.of("fewer bytes than announced", "cancelled", "bytes", (a, work) -> a.sized(work, -7)),
        Row.of("more bytes than announced", "cancelled", "bytes", (a, work) -> a.sized(work, 7)),
        Row.of("half then cut", "cancelled", "", BadPeerTest::halfThenCut),
        Row.elsewhere("late", "over", BadPeerTest::late),
        Row.elsewhere("another nodes assignment", "one of a", foreign("run/1/1/b")),
        Row.elsewhere("another runs assignment", "unknown", foreign("elsewhere/1/1/a")),
        Row.elsewhere("unknown assignment", "over", foreign("run/7/1/a")),
        Row.elsewhere("other attempt", "over", foreign("run/1/2/a")),
        Row.elsewhere("no assignment at all", "run/round/attempt/node", foreign("x".repeat(5_000))),
        Row.of("exception", "failed", "client says no", BadPeerTest::exception),
        Row.of("declines by policy", "declined", "the site's policy", BadPeerTest::decline),
        Row.of("never answers", "cancelled", "", (a, work) -> ""),
        Row.of("accepts and goes silent", "cancelled", "", BadPeerTest::silent),
        Row.of("disconnects", "cancelled", "", BadPeerTest::disconnect));
  }

  private static Misdeed gate(Fault fault) {
    return (a, work) -> a.spoiled(work, fault);
  }

  private static Misdeed header(Fault fault) {
    return (a, work) -> a.misstated(work, fault);
  }

  private static Misdeed foreign(String id) {
    return (a, work) -> {
      String run = BadPeer.id(work).round().run().value();
      return a.foreign(work, id.replaceFirst("^run/", run + "/"));
    };
  }

  private static String halfThenCut(BadPeer a, Assignment work) throws Exception {
    ScriptedUpdate update = a.update(work, Fault.NONE);
    a.open().header(update.header()).bytes(java.util.Arrays.copyOf(BadPeer.bytes(update), 9)).cut();
    return "";
  }

  private static String late(BadPeer a, Assignment work) throws Exception {
    ScriptedUpdate update = a.update(work, Fault.NONE);
    a.deadlinePasses(work);
    a.cancelled();
    return a.open().header(update.header()).refusal().sentence();
  }

  private static String exception(BadPeer a, Assignment work) {
    a.fail(work, "INTERNAL", false, "<class 'ValueError'>:<'client says no'>");
    return "";
  }

  private static String decline(BadPeer a, Assignment work) {
    a.decline(work, "the site's policy allows no task of this kind");
    return "";
  }

  private static String silent(BadPeer a, Assignment work) {
    a.accept(work);
    return "";
  }

  private static String disconnect(BadPeer a, Assignment work) {
    a.accept(work);
    a.leave();
    return "";
  }

  @BeforeAll
  static void theOthersAlone(@TempDir Path home) throws Exception {
    try (var federation = new TestFederation(home)) {
      others(federation);
      String pair = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"b\", \"c\"]}";
      RunView run = federation.awaitEnd(federation.start(1, pair).getRun());
      assertEquals("completed", run.getState(), run.getReason());
      digestOfTheOthers = run.getFinalDigest();
      assertNotEquals(run.getRounds(0).getTrained(), digestOfTheOthers);
    }
  }

  private static void others(TestFederation federation) throws Exception {
    federation.node("b", 0.25f);
    federation.node("c", 0.75f);
  }

  @ParameterizedTest
  @MethodSource("table")
  void row_toldAndShownAndTheRoundIsThatOfTheOthers(Row row) throws Exception {
    try (var federation = new TestFederation(folder)) {
      var a = new BadPeer(federation);
      others(federation);
      String run = federation.start(1, TRIO + LONG).getRun();
      Assignment work = a.assigned();

      String told = row.misdeed.act(a, work);

      if (row.state.equals("cancelled")) {
        a.deadlinePasses(work);
      }
      assertTrue(told.isEmpty() || told.contains(row.word), told);
      RunView end = federation.awaitEnd(run);
      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(digestOfTheOthers, end.getFinalDigest());
      assertEquals(2, end.getRounds(1).getUpdates());
      assertEquals(row.state.equals("refused") ? 1 : 0, end.getRounds(1).getRefused());
      AssignmentView shown = shown(end, "a");
      assertEquals(row.state, shown.getState(), shown.getReason());
      String word = row.own ? row.word : "closed without it";
      assertTrue(shown.getReason().contains(word), shown.getReason());
      assertEquals("counted", shown(end, "b").getState());
      assertEquals("counted", shown(end, "c").getState());
    }
  }

  private static AssignmentView shown(RunView run, String node) {
    List<AssignmentView> rows =
        run.getRounds(1).getCohortList().stream().filter(w -> w.getNode().equals(node)).toList();
    return rows.get(0);
  }

  @Test
  void duplicate_sameBytes_sameReceiptAndCountedOnce() throws Exception {
    try (var federation = new TestFederation(folder)) {
      var a = new BadPeer(federation);
      others(federation);
      String run = federation.start(1, TRIO + LONG).getRun();
      Assignment work = a.assigned();
      ScriptedUpdate update = a.update(work, Fault.NONE);
      byte[] bytes = BadPeer.bytes(update);

      Receipt first = a.open().header(update.header()).bytes(bytes).end().receipt();
      Receipt second = a.open().header(update.header(), bytes.length).end().receipt();

      assertEquals(first, second);
      RunView end = federation.awaitEnd(run);
      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(3, end.getRounds(1).getUpdates());
      assertEquals(3, end.getRounds(1).getCohortCount());
    }
  }

  @Test
  void duplicate_otherBytes_refusedAndTheFirstCounts() throws Exception {
    try (var federation = new TestFederation(folder)) {
      var a = new BadPeer(federation);
      others(federation);
      String run = federation.start(1, TRIO + LONG).getRun();
      Assignment work = a.assigned();
      ScriptedUpdate right = a.update(work, Fault.NONE);
      a.open().header(right.header()).bytes(BadPeer.bytes(right)).end().receipt();

      String told = a.misstated(work, Fault.NOT_A_NUMBER);

      assertTrue(told.contains("another update has its receipt"), told);
      RunView end = federation.awaitEnd(run);
      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(3, end.getRounds(1).getUpdates());
      assertEquals("counted", shown(end, "a").getState());
    }
  }

  @Test
  void belowTheQuorum_pausesWithTheReasonAndNeverFails() throws Exception {
    try (var federation = new TestFederation(folder)) {
      var a = new BadPeer(federation);
      others(federation);
      String all = "\"cohort\": {\"quorum\": 3, \"nodes\": [\"a\", \"b\", \"c\"]}, ";
      String run = federation.start(1, all + LONG).getRun();
      a.spoiled(a.assigned(), Fault.NOT_A_NUMBER);

      RunView held = federation.await(run, view -> view.getState().equals("paused"));

      assertTrue(held.getReason().contains("waits for nodes"), held.getReason());
      assertEquals("refused", held.getCohort(0).getState());
      federation.operator().resumeRun(RunRequest.newBuilder().setRun(run).build());
      Assignment again = a.assigned();
      ScriptedUpdate right = a.update(again, Fault.NONE);
      a.open().header(right.header()).bytes(BadPeer.bytes(right)).end().receipt();
      RunView end = federation.awaitEnd(run);
      assertEquals("completed", end.getState(), end.getReason());
      assertEquals(3, end.getRounds(1).getUpdates());
    }
  }
}
