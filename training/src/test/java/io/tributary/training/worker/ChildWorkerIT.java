package io.tributary.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker in a real child process: its answers, its ends, and what comes after them. */
@Timeout(300)
class ChildWorkerIT {
  private static final int ENDLESS = 10_000;

  @TempDir Path folder;
  private SmallWorld world = new SmallWorld(Path.of(""));

  @BeforeEach
  void makeWorld() throws IOException {
    world = SmallWorld.in(folder);
  }

  private static FederationException refusal(ErrorKind kind, Executable order) {
    FederationException refusal = assertThrows(FederationException.class, order);
    assertEquals(kind, refusal.kind(), refusal.sentence());
    return refusal;
  }

  private static void kill(long pid) {
    // progress that was sent before it ended may still come
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static void awaitEnd(long pid) throws Exception {
    var handle = ProcessHandle.of(pid);
    if (handle.isPresent()) {
      handle.get().onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void orders_inChild_giveWhatTheyGiveInProcessAndKeepTheChildWarm() {
    try (Worker child = ChildWorker.open(ChildWorkerOptions.defaults());
        Worker here = InProcessWorker.open(WorkerOptions.defaults())) {
      WorkerInfo info = child.describe();
      assertNotEquals(ProcessHandle.current().pid(), info.pid());
      assertEquals("PyTorch 2.7.1", info.engine());
      List<Progress> progress = new ArrayList<>();
      TrainOutcome outcome = child.train(world.train(3), progress::add);
      assertEquals(160, outcome.examples());
      assertEquals(60, outcome.steps());
      Progress last = progress.get(progress.size() - 1);
      assertEquals(480, last.done());
      assertEquals(480, last.total());
      assertTrue(Files.exists(outcome.groups().get(0).file()));
      assertEquals(outcome, here.train(world.train(3), ProgressListener.NONE));
      assertEquals(
          child.evaluate(world.evaluate(), ProgressListener.NONE),
          here.evaluate(world.evaluate(), ProgressListener.NONE));
      assertEquals(child.predict(world.predict()), here.predict(world.predict()));
      assertEquals(info.pid(), child.describe().pid());
    }
  }

  @Test
  void cancel_whileTraining_endsTheOrderAndTheNextHasAFreshChild() throws Exception {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      long first = worker.describe().pid();
      refusal(ErrorKind.CANCELLED, () -> worker.train(world.train(ENDLESS), p -> worker.cancel()));
      awaitEnd(first);
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
      assertNotEquals(first, worker.describe().pid());
    }
  }

  @Test
  void crash_whileTraining_isTypedAndTheNextOrderIsServed() {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      long pid = worker.describe().pid();
      FederationException crash =
          refusal(
              ErrorKind.WORKER_CRASHED, () -> worker.train(world.train(ENDLESS), p -> kill(pid)));
      assertTrue(crash.sentence().contains("signal 9"), crash.sentence());
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SEGV", "ABRT"})
  void nativeCrash_whileTraining_isTypedAndTheNextOrderIsServed(String name) {
    ChildWorkerOptions options = ChildWorkerOptions.defaults().withTemporary(folder);
    try (Worker worker = ChildWorker.open(options)) {
      long pid = worker.describe().pid();
      var sent = new AtomicInteger();
      FederationException crash =
          refusal(
              ErrorKind.WORKER_CRASHED,
              () ->
                  worker.train(
                      world.train(ENDLESS),
                      progress -> {
                        if (sent.getAndIncrement() == 0) {
                          send(name, pid);
                        }
                      }));
      assertTrue(crash.sentence().contains("the worker process ended"), crash.sentence());
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
    }
  }

  private static void send(String name, long pid) {
    try {
      signal(name, pid);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void signal(String name, long pid) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor());
  }

  @Test
  void interrupt_ofTheTerminal_leavesTheChildServing() throws Exception {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      long pid = worker.describe().pid();
      signal("INT", pid);
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
      assertEquals(pid, worker.describe().pid());
    }
  }

  @Test
  void hungChild_whileTraining_isACrashAfterTheSilence() throws Exception {
    Duration silence = unhurried();
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults().withSilence(silence))) {
      long pid = worker.describe().pid();
      var stopped = new AtomicInteger();
      FederationException crash =
          refusal(
              ErrorKind.WORKER_CRASHED,
              () ->
                  worker.train(
                      world.train(ENDLESS),
                      progress -> {
                        if (stopped.getAndIncrement() == 0) {
                          send("STOP", pid);
                        }
                      }));
      assertTrue(
          crash.sentence().contains("silent for " + silence.toSeconds() + " s"), crash.sentence());
      awaitEnd(pid);
    }
  }

  /** Far more than a fresh child is silent before its first progress on this machine as it is. */
  private Duration unhurried() {
    long start = System.nanoTime();
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return Duration.ofSeconds(Math.max(10, 3 * took.toSeconds()));
  }

  @Test
  void crash_betweenOrders_isNotNoticedByTheNext() throws Exception {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      long pid = worker.describe().pid();
      kill(pid);
      awaitEnd(pid);
      assertNotEquals(pid, worker.describe().pid());
    }
  }

  @Test
  void memoryLimit_passed_killsTheChildWithOutOfMemory() throws Exception {
    // PyTorch alone takes more than this
    ChildWorkerOptions options = ChildWorkerOptions.defaults().withMemory(DataSize.parse("60MiB"));
    try (Worker worker = ChildWorker.open(options)) {
      FederationException refusal =
          refusal(
              ErrorKind.OUT_OF_MEMORY,
              () -> worker.train(world.train(ENDLESS), ProgressListener.NONE));
      assertTrue(refusal.sentence().contains("MiB resident"), refusal.sentence());
    }
  }

  @Test
  void heap_tooSmallForTheData_isOutOfMemory() throws IOException {
    world.writeRows("many.csv", 300_000);
    ChildWorkerOptions options = ChildWorkerOptions.defaults().withHeap(DataSize.parse("24MiB"));
    try (Worker worker = ChildWorker.open(options)) {
      refusal(
          ErrorKind.OUT_OF_MEMORY,
          () -> worker.train(world.train(1, 1, "many.csv"), ProgressListener.NONE));
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
    }
  }

  @Test
  void refusedOrder_comesBackWithItsKindAndKeepsTheChild() {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      long pid = worker.describe().pid();
      FederationException refusal =
          refusal(
              ErrorKind.NOT_FOUND,
              () -> worker.train(world.train(1, 1, "none.csv"), ProgressListener.NONE));
      assertTrue(refusal.sentence().contains("none.csv"));
      assertEquals(pid, worker.describe().pid());
    }
  }

  @Test
  void secondOrder_whileOneRuns_isInUse() {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      var seen = new AtomicInteger();
      worker.train(
          world.train(2),
          progress -> {
            refusal(
                ErrorKind.IN_USE, () -> worker.evaluate(world.evaluate(), ProgressListener.NONE));
            seen.incrementAndGet();
          });
      assertTrue(seen.get() > 0);
    }
  }

  @Test
  void listener_thatFails_failsTheOrderAndTheNextIsServed() {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      refusal(
          ErrorKind.WORKER_FAILED,
          () ->
              worker.train(
                  world.train(3),
                  progress -> {
                    throw new IllegalStateException("listener");
                  }));
      assertEquals(20, worker.train(world.train(1), ProgressListener.NONE).steps());
    }
  }

  @Test
  void close_endsTheChildAndRefusesOrders() throws Exception {
    Worker worker = ChildWorker.open(ChildWorkerOptions.defaults());
    long pid = worker.describe().pid();
    worker.close();
    awaitEnd(pid);
    refusal(ErrorKind.NOT_READY, worker::describe);
  }

  @Test
  void temporaryFolder_isEmptyOnceTheChildIsConnectedAndAfterClose() throws IOException {
    Path temporary = Files.createTempDirectory("w");
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults().withTemporary(temporary))) {
      worker.describe();
      assertEquals(0, count(temporary));
    }
    ChildWorker.open(ChildWorkerOptions.defaults().withTemporary(temporary)).close();
    assertEquals(0, count(temporary));
    Files.delete(temporary);
  }

  private static long count(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void temporaryFolder_tooLong_isRefusedBeforeAnythingStarts() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("d".repeat(100)));
    refusal(
        ErrorKind.INVALID_CONFIG,
        () -> ChildWorker.open(ChildWorkerOptions.defaults().withTemporary(deep)).close());
    assertEquals(0, count(deep));
  }

  @Test
  void classPath_withoutTheWorker_isACrashThatKeepsItsOutputInside() {
    try (Worker worker =
        ChildWorker.open(ChildWorkerOptions.defaults().withClassPath(folder.toString()))) {
      FederationException crash = refusal(ErrorKind.WORKER_CRASHED, worker::describe);
      assertTrue(crash.sentence().contains("exit code 1"), crash.sentence());
      assertFalse(crash.sentence().contains("WorkerProcess"), "its output stays in the log");
    }
  }

  @Test
  void plan_withMoreThreadsThanAllowed_isRefused() {
    ChildWorkerOptions options =
        ChildWorkerOptions.defaults().withWorker(WorkerOptions.defaults().withMostThreads(1));
    try (Worker worker = ChildWorker.open(options)) {
      refusal(
          ErrorKind.REFUSED,
          () -> worker.train(world.train(1, 2, "rows.csv"), ProgressListener.NONE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"training", "idle"})
  void parent_killed_takesTheChildWithIt(String what) throws Exception {
    Process parent =
        new ProcessBuilder(
                ChildWorkerOptions.defaults().java().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WorkerParent.class.getName(),
                folder.toString(),
                what)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long child = 0;
    try (var out =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
      child = Long.parseLong(String.valueOf(out.readLine()));
      assertEquals(what, out.readLine());
      assertTrue(ProcessHandle.of(child).orElseThrow().isAlive());
      parent.destroyForcibly().waitFor();
      awaitEnd(child);
      assertFalse(ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
    } finally {
      parent.destroyForcibly();
      ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
    }
  }
}
