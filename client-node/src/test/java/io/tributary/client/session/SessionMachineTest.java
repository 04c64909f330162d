package io.tributary.client.session;

import static io.tributary.client.session.SessionSteps.FIRST;
import static io.tributary.client.session.SessionSteps.START;
import static io.tributary.client.session.SessionSteps.lost;
import static io.tributary.client.session.SessionSteps.offered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.session.SessionEvent.ConnectionLost;
import io.tributary.client.session.SessionEvent.HeldUpdate;
import io.tributary.client.session.SessionEvent.RetryWindow;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionMachineTest {
  private static final long SEED = 7;

  private final SessionSteps session = new SessionSteps();

  private Duration waitFor() {
    return Duration.between(
        session.now, session.effect(SessionEffect.ConnectAt.class).orElseThrow().time());
  }

  @Test
  void started_connectsWithNothingOpen() {
    session.on(new SessionEvent.Started(List.of()));
    assertEquals(Phase.CONNECTING, session.state.phase());
    assertEquals(List.of(new SessionEffect.Connect(List.of())), session.effects);
  }

  @Test
  void startedWithHeldUpdate_namesItAndSubmitsItUnaskedAfterTheGrace() {
    session.on(new SessionEvent.Started(List.of(new HeldUpdate(FIRST, SessionSteps.CHECKPOINT))));
    assertEquals(List.of(new SessionEffect.Connect(List.of(FIRST))), session.effects);
    session.on(new SessionEvent.Welcomed(Duration.ZERO));
    assertEquals(
        List.of(new SessionEffect.SubmitAt(FIRST, 1, START.plusSeconds(5))), session.effects);
    session.on(new SessionEvent.SubmitDue(FIRST, 1));
    assertEquals(List.of(new SessionEffect.Submit(FIRST, 1)), session.effects);
    assertEquals(Optional.of(Stage.SUBMITTING), session.stage(FIRST));
  }

  @Test
  void welcomed_whileConnecting_joins() {
    session.joined();
    assertEquals(Phase.JOINED, session.state.phase());
    assertEquals(Optional.of(START), session.state.joinedAt());
    assertTrue(session.effects.isEmpty());
  }

  @Test
  void welcomed_whileDisconnected_isIgnored() {
    session.on(new SessionEvent.Welcomed(Duration.ZERO));
    assertEquals(Phase.DISCONNECTED, session.state.phase());
  }

  @Test
  void connectDue_whileJoined_opensNoSecondCall() {
    session.joined().on(new SessionEvent.ConnectDue());
    assertTrue(session.effects.isEmpty());
    assertEquals(Phase.JOINED, session.state.phase());
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"UNREACHABLE", "TIMED_OUT", "NOT_READY", "INTERNAL", "CANCELLED", "STALE"})
  void connectionLost_forAPassingReason_triesAgain(ErrorKind kind) {
    session.joined().on(lost(kind));
    assertEquals(Phase.DISCONNECTED, session.state.phase());
    assertEquals("gone: " + kind, session.state.reason());
    assertEquals(Optional.empty(), session.state.joinedAt());
    assertTrue(waitFor().toMillis() <= 100, waitFor().toString());
    session.on(new SessionEvent.ConnectDue());
    assertEquals(Phase.CONNECTING, session.state.phase());
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorKind.class,
      names = {"NOT_ADMITTED", "INVALID_ARGUMENT", "INVALID_CONFIG", "REFUSED"})
  void connectionLost_forGood_endsWithTheSentence(ErrorKind kind) {
    session.training().on(lost(kind));
    assertEquals(Phase.REFUSED, session.state.phase());
    assertEquals(
        List.of(
            new SessionEffect.Stop(FIRST, 1, "gone: " + kind),
            new SessionEffect.Disconnect(),
            new SessionEffect.End(Phase.REFUSED, Optional.of(kind), "gone: " + kind)),
        session.effects);
  }

  @Test
  void connectionLost_againAndAgain_waitsLongerUpToTheCap() {
    session.on(new SessionEvent.Started(List.of()));
    long longest = 0;
    for (int i = 1; i <= 40; i++) {
      session.on(lost());
      assertEquals(i, session.state.failures());
      long wait = waitFor().toMillis();
      assertTrue(wait <= Math.min(1_000, 100L << Math.min(i - 1, 20)), i + ": " + wait);
      longest = Math.max(longest, wait);
      session.on(new SessionEvent.ConnectDue());
    }
    assertTrue(longest > 500, "jitter fills the whole span: " + longest);
  }

  @Test
  void connectionLost_afterAStableTime_startsBackOffAnew() {
    session.on(new SessionEvent.Started(List.of()));
    for (int i = 0; i < 5; i++) {
      session.on(lost());
      session.on(new SessionEvent.ConnectDue());
    }
    session.on(new SessionEvent.Welcomed(Duration.ZERO));
    session.after(Duration.ofSeconds(10)).on(lost());
    assertEquals(1, session.state.failures());
  }

  @Test
  void connectionLost_soonAfterWelcome_keepsBackingOff() {
    session.on(new SessionEvent.Started(List.of()));
    session.on(lost());
    session.on(new SessionEvent.ConnectDue());
    session.on(new SessionEvent.Welcomed(Duration.ZERO));
    session.after(Duration.ofMillis(9_999)).on(lost());
    assertEquals(2, session.state.failures());
  }

  @Test
  void connectionLost_whileDisconnected_isIgnored() {
    session.joined().on(lost());
    session.on(lost());
    assertTrue(session.effects.isEmpty());
    assertEquals(1, session.state.failures());
  }

  @Test
  void connectionLost_withAWindow_waitsInsideIt() {
    var window = new RetryWindow(Duration.ofSeconds(30), Duration.ofSeconds(40));
    for (int i = 0; i < 50; i++) {
      session.on(new SessionEvent.ConnectDue());
      session.on(new ConnectionLost(ErrorKind.FULL, "full", Optional.of(window)));
      assertTrue(waitFor().toMillis() >= 30_000, waitFor().toString());
      assertTrue(waitFor().toMillis() <= 40_000, waitFor().toString());
    }
  }

  @Test
  void connectionLost_aloneAfterWelcome_comesBackAsSoonAsEver() {
    for (int i = 0; i < 50; i++) {
      session.on(new SessionEvent.Started(List.of()));
      session.on(new SessionEvent.Welcomed(Duration.ofSeconds(60)));
      session.after(Duration.ofSeconds(10)).on(lost());
      assertTrue(waitFor().toMillis() <= 100, waitFor().toString());
      session.on(new SessionEvent.ConnectDue());
    }
  }

  @Test
  void connectionLost_andTheFirstTryFailsToo_spreadsOverWhatTheCoordinatorAsked() {
    long longest = 0;
    for (int i = 0; i < 50; i++) {
      session.on(new SessionEvent.Started(List.of()));
      session.on(new SessionEvent.Welcomed(Duration.ofSeconds(60)));
      session.after(Duration.ofSeconds(10)).on(lost());
      session.on(new SessionEvent.ConnectDue());
      session.on(lost());
      longest = Math.max(longest, waitFor().toMillis());
      assertTrue(longest <= 60_000, longest + " ms");
      session.on(new SessionEvent.ConnectDue());
    }
    assertTrue(longest > 50_000, "the whole span is used: " + longest);
  }

  @Test
  void connectionLost_afterADrain_spreadsAtOnce() {
    long longest = 0;
    for (int i = 0; i < 50; i++) {
      session.on(new SessionEvent.Started(List.of()));
      session.on(new SessionEvent.Welcomed(Duration.ZERO));
      session.after(Duration.ofSeconds(10)).on(new SessionEvent.DrainAsked(Duration.ofSeconds(60)));
      session.on(lost());
      longest = Math.max(longest, waitFor().toMillis());
      session.on(new SessionEvent.ConnectDue());
    }
    assertTrue(longest > 50_000, "the whole span is used: " + longest);
    assertTrue(longest <= 60_000, longest + " ms");
  }

  @Test
  void connectionLost_absurdSpanAsked_isCutToTenMinutes() {
    for (int i = 0; i < 50; i++) {
      session.on(new SessionEvent.Started(List.of()));
      session.on(new SessionEvent.Welcomed(Duration.ofDays(1_000)));
      session.on(lost());
      session.on(new SessionEvent.ConnectDue());
      session.on(lost());
      assertTrue(waitFor().compareTo(Duration.ofMinutes(10)) <= 0, waitFor().toString());
      session.on(new SessionEvent.ConnectDue());
    }
  }

  /** 200 nodes lose their coordinator at once, and find it down when they try the first time. */
  @Test
  void connectionLost_by200Nodes_theyComeBackSpreadOverTheSpan() {
    long span = 1_000;
    int[] perTenth = new int[10];
    for (int i = 0; i < 200; i++) {
      var node =
          new SessionSteps(
              SessionRules.defaults(), new RandomStreams(SEED).stream(0, "node-" + i, "session"));
      node.on(new SessionEvent.Started(List.of()));
      node.on(new SessionEvent.Welcomed(Duration.ofMillis(span)));
      node.after(Duration.ofSeconds(10)).on(lost());
      node.on(new SessionEvent.ConnectDue());
      node.on(lost());
      var at = node.effect(SessionEffect.ConnectAt.class).orElseThrow().time();
      long wait = Duration.between(node.now, at).toMillis();
      perTenth[(int) Math.min(9, wait * 10 / span)]++;
    }
    // 20 each on average, standard deviation 4.2
    for (int nodes : perTenth) {
      assertTrue(nodes >= 5 && nodes <= 40, Arrays.toString(perTenth) + " replay: seed=" + SEED);
    }
  }

  @Test
  void retryAsked_endsTheCallAndWaitsInsideTheWindow() {
    session
        .joined()
        .on(
            new SessionEvent.RetryAsked(
                new RetryWindow(Duration.ofSeconds(3), Duration.ofSeconds(3)), "busy"));
    assertEquals(
        List.of(new SessionEffect.Disconnect(), new SessionEffect.ConnectAt(START.plusSeconds(3))),
        session.effects);
    assertEquals("busy", session.state.reason());
    assertEquals(0, session.state.failures());
  }

  @Test
  void retryAsked_withAWrongWindow_countsAsItsMinimum() {
    session
        .joined()
        .on(
            new SessionEvent.RetryAsked(
                new RetryWindow(Duration.ofSeconds(3), Duration.ofSeconds(1)), "busy"));
    assertEquals(Duration.ofSeconds(3), waitFor());
  }

  @Test
  void retryAsked_whileDisconnected_isIgnored() {
    session.joined().on(lost());
    session.on(
        new SessionEvent.RetryAsked(new RetryWindow(Duration.ZERO, Duration.ofSeconds(1)), "busy"));
    assertTrue(session.effects.isEmpty());
  }

  @Test
  void superseded_endsForGoodAndKeepsHeldUpdates() {
    session.submitting().on(SessionSteps.notSubmitted(ErrorKind.FULL));
    session.on(new SessionEvent.SupersededByOther());
    assertEquals(Phase.SUPERSEDED, session.state.phase());
    assertTrue(session.effect(SessionEffect.Discard.class).isEmpty());
    var end = session.effect(SessionEffect.End.class).orElseThrow();
    assertEquals(Optional.of(ErrorKind.IN_USE), end.failure());
    assertTrue(end.sentence().contains("another process joined"), end.sentence());
    session.on(new SessionEvent.ConnectDue());
    assertTrue(session.effects.isEmpty(), "it never comes back");
  }

  @Test
  void superseded_whileDisconnected_isIgnored() {
    session.joined().on(lost());
    session.on(new SessionEvent.SupersededByOther());
    assertEquals(Phase.DISCONNECTED, session.state.phase());
  }

  @Test
  void drain_keepsWorkAndRejoinsAfterTheCallEnds() {
    session.training().on(new SessionEvent.DrainAsked(Duration.ZERO));
    assertEquals(Phase.DRAINING, session.state.phase());
    session.on(new SessionEvent.TaskTrained(FIRST, 1));
    assertEquals(Optional.of(Stage.SUBMITTING), session.stage(FIRST));
    session.on(lost());
    assertEquals(Phase.DISCONNECTED, session.state.phase());
    assertTrue(session.effect(SessionEffect.ConnectAt.class).isPresent());
  }

  @Test
  void drain_beforeWelcome_isIgnored() {
    session.on(new SessionEvent.Started(List.of()));
    session.on(new SessionEvent.DrainAsked(Duration.ZERO));
    assertEquals(Phase.CONNECTING, session.state.phase());
  }

  @Test
  void dataChanged_whileJoined_opensANewCallAtOnceAndKeepsWork() {
    session.training().on(new SessionEvent.DataChanged());
    assertEquals(
        List.of(new SessionEffect.Disconnect(), new SessionEffect.Connect(List.of(FIRST))),
        session.effects);
    assertEquals(Phase.CONNECTING, session.state.phase());
    assertEquals(Optional.of(Stage.TRAINING), session.stage(FIRST));
  }

  @Test
  void dataChanged_whileDisconnected_waitsForTheNextHello() {
    session.joined().on(lost());
    session.on(new SessionEvent.DataChanged());
    assertTrue(session.effects.isEmpty());
  }

  @Test
  void stop_withoutWork_endsAtOnce() {
    session.joined().on(new SessionEvent.StopAsked(false));
    assertEquals(Phase.STOPPED, session.state.phase());
    assertEquals(
        List.of(
            new SessionEffect.Disconnect(),
            new SessionEffect.End(Phase.STOPPED, Optional.empty(), "stopped")),
        session.effects);
  }

  @Test
  void stop_withWork_finishesItTakesNothingNewAndEnds() {
    session.training().on(new SessionEvent.StopAsked(false));
    assertEquals(Phase.JOINED, session.state.phase());
    session.on(offered(io.tributary.federation.AssignmentId.parse("run-b/1/1/site")));
    assertEquals(DeclineReason.BUSY, ((NodeReply.Declined) session.sent().orElseThrow()).reason());
    session.on(new SessionEvent.TaskTrained(FIRST, 1));
    assertEquals(Phase.JOINED, session.state.phase());
    session.on(SessionSteps.receipted());
    assertEquals(Phase.STOPPED, session.state.phase());
    assertTrue(session.sent().orElseThrow() instanceof NodeReply.Finished);
  }

  @Test
  void stop_atOnce_givesWorkUpAndKeepsFiles() {
    session.training().on(new SessionEvent.StopAsked(true));
    assertEquals(
        List.of(
            new SessionEffect.Stop(FIRST, 1, "stopped"),
            new SessionEffect.Disconnect(),
            new SessionEffect.End(Phase.STOPPED, Optional.empty(), "stopped")),
        session.effects);
  }

  @Test
  void terminalPhase_changesNothingMore() {
    session.joined().on(new SessionEvent.StopAsked(true));
    SessionState over = session.state;
    session.on(new SessionEvent.Welcomed(Duration.ZERO));
    assertSame(over, session.state);
    session.on(offered(FIRST));
    assertSame(over, session.state);
    assertTrue(session.effects.isEmpty());
  }

  @Test
  void phases_sayWhichAreTerminalAndConnected() {
    assertEquals(
        List.of(Phase.SUPERSEDED, Phase.REFUSED, Phase.STOPPED),
        List.of(Phase.values()).stream().filter(Phase::terminal).toList());
    assertEquals(
        List.of(Phase.JOINED, Phase.DRAINING),
        List.of(Phase.values()).stream().filter(Phase::connected).toList());
  }

  @Test
  void backOff_doublesUpToTheCap() {
    assertEquals(Duration.ofMillis(100), SessionSteps.RULES.backOff(1));
    assertEquals(Duration.ofMillis(200), SessionSteps.RULES.backOff(2));
    assertEquals(Duration.ofMillis(800), SessionSteps.RULES.backOff(4));
    assertEquals(Duration.ofSeconds(1), SessionSteps.RULES.backOff(5));
    assertEquals(Duration.ofSeconds(1), SessionSteps.RULES.backOff(Integer.MAX_VALUE));
  }

  @Test
  void rules_thatMakeNoSense_areRefused() {
    Duration one = Duration.ofMillis(1);
    Duration two = Duration.ofMillis(2);
    new SessionRules(one, one, one, one, 1, 1);
    assertFalse(refused(one, two, 1, 1));
    assertTrue(refused(two, one, 1, 1));
    assertTrue(refused(Duration.ZERO, one, 1, 1));
    assertTrue(refused(one, two, 0, 1));
    assertTrue(refused(one, two, 1, 0));
    assertEquals(Duration.ofMillis(250), SessionRules.defaults().firstBackOff());
    assertEquals(Duration.ofSeconds(20), SessionRules.defaults().longestBackOff());
  }

  private static boolean refused(Duration first, Duration longest, int atOnce, int remembered) {
    try {
      return new SessionRules(first, longest, first, first, atOnce, remembered).atOnce() < 1;
    } catch (FederationException e) {
      assertEquals(ErrorKind.INVALID_CONFIG, e.kind());
      return true;
    }
  }

  @Test
  void nulls_areRefusedAtTheDoor() {
    assertThrows(
        NullPointerException.class, () -> new SessionMachine(SessionSteps.RULES, nothing()));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  @Test
  void instants_areThoseGiven() {
    Instant before = session.now;
    session.joined();
    assertEquals(before, session.state.joinedAt().orElseThrow());
  }
}
