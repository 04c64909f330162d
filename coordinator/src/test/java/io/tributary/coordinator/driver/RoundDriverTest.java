package io.tributary.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.journal.MemoryJournal;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.Effect;
import io.tributary.coordinator.round.EffectId;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Plans;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.World;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class RoundDriverTest {
  private static final RunId RUN = new RunId("t-1");
  private static final Instant WALL = Instant.parse("2026-01-01T00:00:00Z");
  @TempDir private Path folder;

  private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
  private final AtomicLong nanos = new AtomicLong();

  private DriverOptions options(Failpoints failpoints) {
    return DriverOptions.of(() -> WALL, nanos::get, failpoints, fatal::complete);
  }

  private RoundDriver open(Journal journal) {
    return RoundDriver.open(journal, options(Failpoints.none()));
  }

  private static RunSpec spec() {
    return Plans.spec("t-1", Plans.plan(Map.of()), true);
  }

  private static <T> T get(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException {
    try {
      return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer", e);
    }
  }

  private static RunState run(RoundDriver driver) {
    return driver.snapshot(RUN).orElseThrow().state();
  }

  @Test
  void wholeRun_withScriptedEffects_completes() throws Exception {
    try (var journal = new MemoryJournal();
        var driver = open(journal)) {
      var effects = new ScriptedEffects(driver);
      driver.start(effects);
      get(driver.submit(new RoundEvent.RunAsked(spec())));
      effects.join("n1", 1);
      effects.join("n2", 2);

      effects.await(RUN, Phase.COMPLETED);

      assertEquals(3, run(driver).rounds().size());
      assertTrue(run(driver).test().isPresent());
      assertFalse(fatal.isDone());
    }
  }

  @Test
  void answer_comesAfterTheCommit() throws Exception {
    var order = new ConcurrentLinkedQueue<String>();
    try (var journal = new HookedJournal(() -> order.add("commit"));
        var driver = open(journal)) {
      driver.start(effect -> order.add("effect"));
      get(driver.submit(new RoundEvent.RunAsked(spec())).thenAccept(answer -> order.add("answer")));
    }
    assertEquals(List.of("commit", "effect", "answer"), List.copyOf(order));
  }

  @Test
  void effect_sameIdentity_isExecutedOnceALife() throws Exception {
    var executed = new AtomicInteger();
    var journal = new MemoryJournal();
    for (int life = 1; life <= 2; life++) {
      try (var driver = open(journal)) {
        driver.start(
            effect -> {
              if (effect instanceof Effect.Evaluate) {
                executed.incrementAndGet();
              }
            });
        get(driver.submit(new RoundEvent.RunAsked(spec())));
        get(driver.submit(new RoundEvent.TimePassed()));
        get(driver.submit(new RoundEvent.TimePassed()));
        assertEquals(life, executed.get());
      }
    }
  }

  @Test
  void effectsThatThrow_areFailuresOfTheirWork() throws Exception {
    try (var journal = new MemoryJournal();
        var driver = open(journal)) {
      driver.start(
          effect -> {
            throw new FederationException(ErrorKind.CORRUPT, "no room");
          });
      var held = new CompletableFuture<Boolean>();
      AutoCloseable watch =
          driver.watch(
              RUN,
              changed -> {
                if (run(driver).phase() == Phase.PAUSED_FAULT) {
                  held.complete(true);
                }
              });
      get(driver.submit(new RoundEvent.RunAsked(spec())));
      assertTrue(get(held));
      watch.close();
      assertTrue(run(driver).reason().contains("no room"), run(driver).reason());
      assertEquals(1, run(driver).marks().failures());
    }
  }

  @Test
  void defect_holdsItsRunAndTheDriverGoesOn() throws Exception {
    try (var journal = new MemoryJournal();
        var driver = open(journal)) {
      var seen = new CompletableFuture<Effect>();
      driver.start(seen::complete);
      get(driver.submit(new RoundEvent.RunAsked(spec())));
      var wrong =
          new RoundEvent.JudgementReady(
              get(seen).id(), new io.tributary.coordinator.round.Judgement.Passed(1));

      Answer answer = get(driver.submit(wrong));

      assertEquals(ErrorKind.INTERNAL, assertInstanceOf(Answer.Refused.class, answer).kind());
      assertEquals(Phase.PAUSED_FAULT, run(driver).phase());
      assertTrue(run(driver).reason().startsWith("defect"), run(driver).reason());
      assertEquals(Answer.done(), get(driver.submit(new RoundEvent.StopAsked(RUN, "op"))));
      assertFalse(fatal.isDone());
    }
  }

  @Test
  void journalThatFails_isFatalAndEverybodyIsTold() throws Exception {
    Runnable full =
        () -> {
          throw new FederationException(ErrorKind.CORRUPT, "state.db: disk full");
        };
    try (var journal = new HookedJournal(full);
        var driver = open(journal)) {
      driver.start(effect -> {});
      var answer = driver.submit(new RoundEvent.RunAsked(spec()));

      var thrown = assertThrows(ExecutionException.class, () -> get(answer));

      assertTrue(thrown.toString().contains("disk full"), thrown.toString());
      assertTrue(get(fatal).toString().contains("disk full"));
      assertTrue(driver.snapshot(RUN).isEmpty(), "nothing became of it");
      var later =
          assertThrows(
              ExecutionException.class, () -> get(driver.submit(new RoundEvent.TimePassed())));
      assertInstanceOf(FederationException.class, later.getCause());
    }
  }

  @Test
  void crashAtEveryPointOfTheDriver_losesNoAnswerAndEndsAlike() throws Exception {
    String expected = finalDigest(new MemoryJournal(), "nothing");
    for (String name : Failpoints.names()) {
      if (!name.startsWith("driver.") && !name.startsWith("commit.")) {
        continue;
      }
      for (int time = 1; time <= 3; time++) {
        assertEquals(expected, finalDigest(new MemoryJournal(), name + ":" + time), name);
      }
    }
  }

  /** The driver dies by an Error where kill -9 would end the process; the journal is what stays. */
  private String finalDigest(MemoryJournal journal, String failpoint) throws Exception {
    boolean armed = !failpoint.equals("nothing");
    for (int life = 1; ; life++) {
      Failpoints points =
          life > 1 || !armed
              ? Failpoints.none()
              : Failpoints.of(
                  Optional.of(failpoint),
                  () -> {
                    throw new Crash();
                  });
      var died = new CompletableFuture<Throwable>();
      var options = DriverOptions.of(() -> WALL, nanos::get, points, died::complete);
      try (var driver = RoundDriver.open(journal, options)) {
        var effects = new ScriptedEffects(driver);
        driver.start(effects);
        var asked = driver.submit(new RoundEvent.RunAsked(spec())).toCompletableFuture();
        effects.join("n1", 1);
        effects.join("n2", 2);
        CompletableFuture.anyOf(died, effects.reached(RUN, Phase.COMPLETED))
            .get(30, TimeUnit.SECONDS);
        boolean answered = asked.isDone() && !asked.isCompletedExceptionally();
        if (!died.isDone()) {
          return run(driver).finalDigest().toString();
        }
        assertInstanceOf(Crash.class, died.get());
        if (answered) {
          assertFalse(journal.history().isEmpty(), "answered, so journaled");
        }
        effects.receipted().forEach(id -> assertTrue(kept(journal, id), "kept: " + id));
      }
    }
  }

  private static boolean kept(MemoryJournal journal, AssignmentId id) {
    return World.fold(journal.history())
        .find(id.round().run())
        .flatMap(run -> run.find(id))
        .flatMap(AssignmentRecord::update)
        .isPresent();
  }

  /** Stands for the end of the process. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void restartOnSqlite_goesOnInTheSameRound() throws Exception {
    RunState before;
    try (var journal = SqliteJournal.open(folder);
        var driver = open(journal)) {
      var effects = new ScriptedEffects(driver);
      driver.start(effects);
      get(driver.submit(new RoundEvent.RunAsked(spec())));
      effects.join("n1", 1);
      before = effects.await(RUN, Phase.RECRUITING);
    }
    try (var journal = SqliteJournal.open(folder);
        var driver = open(journal)) {
      assertEquals(before.open().round(), run(driver).open().round());
      assertEquals(2, driver.epoch());
      var effects = new ScriptedEffects(driver);
      driver.start(effects);
      effects.join("n1", 1);
      effects.join("n2", 2);
      effects.await(RUN, Phase.COMPLETED);
    }
  }

  @Test
  void deadline_passesByTheMonotonicClock() throws Exception {
    try (var journal = new MemoryJournal();
        var driver = open(journal)) {
      var effects = new ScriptedEffects(driver);
      driver.start(effects);
      get(driver.submit(new RoundEvent.RunAsked(spec())));
      effects.await(RUN, Phase.RECRUITING);
      assertEquals(WALL, driver.now());

      nanos.addAndGet(Duration.ofMinutes(2).toNanos());
      get(driver.submit(new RoundEvent.TimePassed()));

      assertEquals(Phase.PAUSED_TOO_FEW_NODES, run(driver).phase());
      assertEquals(WALL.plusSeconds(120), driver.now());
    }
  }

  @Test
  void time_startsBehindTheJournal() throws Exception {
    var journal = new MemoryJournal();
    try (var driver = open(journal)) {
      driver.start(effect -> {});
      nanos.addAndGet(Duration.ofHours(1).toNanos());
      get(driver.submit(new RoundEvent.RunAsked(spec())));
    }
    nanos.set(0);
    try (var driver = open(journal)) {
      assertEquals(WALL.plusSeconds(3600), driver.now());
    }
  }

  @Test
  void snapshot_changesGrow_overARestartToo() throws Exception {
    var journal = new MemoryJournal();
    long before;
    try (var driver = open(journal)) {
      var effects = new ScriptedEffects(driver);
      effects.trains(false);
      driver.start(effects);
      get(driver.submit(new RoundEvent.RunAsked(spec())));
      effects.await(RUN, Phase.RECRUITING);
      assertTrue(driver.snapshot(RUN).orElseThrow().reason().contains("waits for nodes"));
      effects.join("n1", 1);
      effects.join("n2", 2);
      effects.await(RUN, Phase.COLLECTING);
      AssignmentId id = run(driver).open().cohort().firstKey();
      long first = driver.snapshot(RUN).orElseThrow().change();
      var progress = new LiveProgress(LiveProgress.Stage.TRAINING, 5, 10, 2.5, 0.7);
      driver.progress().report(id, progress);
      driver.progress().report(AssignmentId.parse("t-1/1/7/nobody"), progress);

      RunSnapshot snapshot = driver.snapshot(RUN).orElseThrow();
      assertEquals(first + 1, snapshot.change());
      assertEquals(Map.of(id, progress), snapshot.progress());
      assertEquals(1, driver.snapshots().size());
      before = snapshot.change();
    }
    try (var driver = open(journal)) {
      driver.start(effect -> {});
      get(driver.submit(new RoundEvent.TimePassed()));
      RunSnapshot snapshot = driver.snapshot(RUN).orElseThrow();
      assertTrue(snapshot.change() > before);
      assertEquals(Map.of(), snapshot.progress());
    }
  }

  @Test
  void submit_tooManyWaiting_isFullButResultsAreTaken() {
    try (var journal = new MemoryJournal()) {
      var options =
          new DriverOptions(() -> WALL, nanos::get, Failpoints.none(), fatal::complete, 2, 1);
      var driver = RoundDriver.open(journal, options);
      assertFalse(driver.submit(new RoundEvent.TimePassed()).toCompletableFuture().isDone());
      assertFalse(driver.submit(new RoundEvent.TimePassed()).toCompletableFuture().isDone());
      var third = driver.submit(new RoundEvent.TimePassed()).toCompletableFuture();
      assertTrue(third.isCompletedExceptionally());
      var id = new EffectId(RUN, "x");
      assertFalse(
          driver
              .submit(new RoundEvent.EffectFailed(id, ErrorKind.INTERNAL, "x"))
              .toCompletableFuture()
              .isDone());
      driver.close();
    }
  }

  @Test
  void closed_turnsEventsAway() throws Exception {
    try (var journal = new MemoryJournal()) {
      var driver = open(journal);
      driver.start(effect -> {});
      var before = driver.submit(new RoundEvent.RunAsked(spec()));
      driver.close();
      assertEquals(Answer.done(), get(before), "what was handed over is finished");
      var thrown =
          assertThrows(
              ExecutionException.class, () -> get(driver.submit(new RoundEvent.TimePassed())));
      assertEquals(
          ErrorKind.NOT_READY,
          assertInstanceOf(FederationException.class, thrown.getCause()).kind());
      assertThrows(IllegalStateException.class, () -> driver.start(effect -> {}));
    }
  }
}
