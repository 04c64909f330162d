package io.tributary.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Plans;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the runs while the journal can't be written. */
@Timeout(60)
final class JournalWaitTest {
  private static final RunId RUN = new RunId("t-1");

  private final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
  private final CompletableFuture<Void> met = new CompletableFuture<>();
  private final List<Optional<String>> told = new CopyOnWriteArrayList<>();
  private volatile Optional<ErrorKind> failing = Optional.empty();

  private final HookedJournal journal =
      new HookedJournal(
          () -> {
            if (failing.isPresent()) {
              met.complete(null);
              throw new FederationException(failing.get(), "state.db: full");
            }
          });

  private RoundDriver start(ScriptedEffects[] effects) {
    RoundDriver driver =
        RoundDriver.open(
            journal,
            DriverOptions.of(
                () -> Instant.parse("2026-01-01T00:00:00Z"),
                System::nanoTime,
                Failpoints.none(),
                fatal::complete));
    driver.onTrouble(told::add);
    effects[0] = new ScriptedEffects(driver);
    driver.start(effects[0]);
    return driver;
  }

  private static RunSpec spec() {
    return Plans.spec("t-1", Plans.plan(Map.of()), true);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource(names = {"FULL", "NOT_READY"})
  void noRoom_isWaitedOutWithANoticeAndNothingAnswered(ErrorKind kind) throws Exception {
    var effects = new ScriptedEffects[1];
    try (var driver = start(effects)) {
      get(driver.submit(new RoundEvent.RunAsked(spec())));
      effects[0].await(RUN, Phase.RECRUITING);
      failing = Optional.of(kind);
      effects[0].join("n1", 1);
      effects[0].join("n2", 2);
      get(met);
      CompletableFuture<Answer> asked =
          driver.submit(new RoundEvent.PauseAsked(RUN, "op")).toCompletableFuture();
      while (driver.trouble().isEmpty()) {
        Thread.onSpinWait();
      }

      assertFalse(asked.isDone(), "answered before it is durable");
      assertEquals(driver.now(), driver.now(), "no deadline passes while nobody is served");
      assertEquals("state.db: full", driver.snapshot(RUN).orElseThrow().reason());
      assertFalse(fatal.isDone());

      failing = Optional.empty();
      assertEquals(Answer.done(), get(asked));
      assertEquals(Optional.empty(), driver.trouble());
      assertEquals(List.of(Optional.of("state.db: full"), Optional.empty()), told);
      get(driver.submit(new RoundEvent.ResumeAsked(RUN)));
      effects[0].await(RUN, Phase.COMPLETED);
    }
  }

  @Test
  void noRoom_stoppedWhileItWaits_endsWithoutAnAnswerThatLies() throws Exception {
    var effects = new ScriptedEffects[1];
    var driver = start(effects);
    get(driver.submit(new RoundEvent.TimePassed()));
    failing = Optional.of(ErrorKind.FULL);
    CompletableFuture<Answer> asked =
        driver.submit(new RoundEvent.RunAsked(spec())).toCompletableFuture();
    get(met);

    driver.close();

    var thrown = assertThrows(ExecutionException.class, () -> get(asked));
    assertEquals(
        ErrorKind.NOT_READY, assertInstanceOf(FederationException.class, thrown.getCause()).kind());
    assertFalse(fatal.isDone(), "asked to stop, it does not fail");
    assertEquals(List.of(), journal.history());
  }

  @ParameterizedTest
  @EnumSource(names = {"IN_USE", "CORRUPT"})
  void fencedOrDamaged_isFatalAtOnce(ErrorKind kind) throws Exception {
    var effects = new ScriptedEffects[1];
    try (var driver = start(effects)) {
      get(driver.submit(new RoundEvent.TimePassed()));
      failing = Optional.of(kind);
      CompletableFuture<Answer> asked =
          driver.submit(new RoundEvent.RunAsked(spec())).toCompletableFuture();

      assertThrows(ExecutionException.class, () -> get(asked));

      assertEquals(kind, ((FederationException) fatal.get(30, TimeUnit.SECONDS)).kind());
      assertTrue(told.isEmpty());
    }
  }

  @Test
  void time_standsStillWhileItIsHeldAndGoesOnFromThere() {
    long[] nanos = {5};
    Instant start = Instant.parse("2026-01-01T00:00:00Z");
    var time = new ServingTime(() -> start, () -> nanos[0], Instant.EPOCH);
    nanos[0] += 10;
    time.hold();
    nanos[0] += 1_000;
    time.hold();
    assertEquals(start.plusNanos(10), time.now());
    time.goOn();
    nanos[0] += 7;
    time.goOn();
    assertEquals(start.plusNanos(17), time.now());
  }
}
