package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.testing.FullDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Full and read-only disks, clocks that leap, two coordinators on one folder: nothing is lost. */
@Timeout(120)
class DiskTroubleTest {
  private static final String PAIR = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
  private static String expectedDigest = "";

  @TempDir Path folder;

  @BeforeAll
  static void undisturbed(@TempDir Path home) throws Exception {
    try (var federation = new TestFederation(home)) {
      join(federation);
      expectedDigest = federation.awaitEnd(federation.start(2, PAIR).getRun()).getFinalDigest();
    }
  }

  private static void join(TestFederation federation) throws IOException {
    federation.node("a", 0.5f);
    federation.node("b", 0.25f);
  }

  private static void finish(TestFederation federation, String run) {
    RunView end = federation.awaitEnd(run);
    assertEquals("completed", end.getState(), end.getReason());
    assertEquals(expectedDigest, end.getFinalDigest());
    assertEquals("stands", end.getDeterminism());
  }

  /** A small file system of its own; the test is skipped where this process may not mount one. */
  private static boolean mounted(Path at, String options) throws Exception {
    Files.createDirectories(at);
    return command("mount", "-t", "tmpfs", "-o", options, "tributary-test", at.toString());
  }

  private static boolean command(String... words) throws Exception {
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void fill(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e.toString());
    }
  }

  @Test
  void journal_onAFullFileSystem_isWaitedForWithANoticeAndTheRunGoesOn() throws Exception {
    Path state = folder.resolve("state");
    assumeTrue(mounted(state, "size=4m"), "may not mount a file system");
    try (var federation = new TestFederation(folder)) {
      String run = federation.start(2, PAIR).getRun();
      Path filler = state.resolve("filler");
      fill(filler);
      join(federation);

      RunView waiting = federation.await(run, view -> view.getReason().contains("state.db"));
      assertTrue(waiting.getReason().contains("room on its disk"), waiting.getReason());

      Files.delete(filler);
      finish(federation, run);
    } finally {
      command("umount", state.toString());
    }
  }

  @Test
  void start_onAReadOnlyFileSystem_isRefusedInOneLine() throws Exception {
    Path state = folder.resolve("state");
    assumeTrue(mounted(state, "size=4m,ro"), "may not mount a file system");
    try {
      var thrown = assertThrows(FederationException.class, () -> new TestFederation(folder));
      assertEquals(ErrorKind.INVALID_CONFIG, thrown.kind());
      assertEquals(
          "state folder: "
              + state
              + " (expected: a folder that can be written). Check its owner and space.",
          thrown.sentence());
    } finally {
      command("umount", state.toString());
    }
  }

  @Test
  void spool_withoutRoom_refusesTheUpdateAndTakesItLater() throws Exception {
    var disk = new FullDisk();
    try (var federation =
        new TestFederation(folder, "full", "", Failpoints.none(), disk, "state")) {
      String run = federation.start(2, PAIR).getRun();
      disk.fill(file -> file.startsWith(folder.resolve("state/spool")));
      join(federation);
      for (ScriptedNode node : federation.nodes) {
        FederationException refusal = node.refusals.take();
        assertEquals(ErrorKind.FULL, refusal.kind(), refusal.sentence());
        assertTrue(refusal.kind().retryable());
      }
      disk.free();

      federation.restart(Failpoints.none()); // the nodes offer again what they have
      finish(federation, run);
    }
  }

  @Test
  void candidate_withoutRoom_isWaitedForWithANotice() throws Exception {
    var disk = new FullDisk();
    try (var federation =
        new TestFederation(folder, "full", "", Failpoints.none(), disk, "state")) {
      String run = federation.start(2, PAIR).getRun();
      disk.fill(file -> file.startsWith(folder.resolve("state/temporary")));
      join(federation);

      RunView waiting = federation.await(run, view -> view.getReason().contains("want of room"));
      assertEquals("aggregating", waiting.getState(), waiting.getReason());
      awaitNoHalfFiles();

      disk.free();
      finish(federation, run);
      awaitNoHalfFiles();
    }
  }

  /** A try that goes on has its own half file; once it ends nothing of it is left. */
  private void awaitNoHalfFiles() throws IOException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (halfFiles() > 0) {
      assertTrue(System.nanoTime() < end, "half files are left");
      Thread.onSpinWait();
    }
  }

  private long halfFiles() throws IOException {
    try (Stream<Path> left = Files.list(folder.resolve("state/temporary"))) {
      return left.count();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-3600, 3600})
  void clock_setAnotherHourBeforeARestart_changesNothing(long seconds) throws Exception {
    var crash = new CrashOnce(Failpoints.UPDATE_RECEIPTED);
    try (var federation = new TestFederation(folder, "full", "", crash)) {
      join(federation);
      String run = federation.start(2, PAIR).getRun();
      crash.crashed.get(60, TimeUnit.SECONDS);

      federation.clock = shifted(seconds);
      federation.restart(Failpoints.none());

      finish(federation, run);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-3600, 3600})
  void clock_setAnotherHourBeforeARestart_deadlinesStillPass(long seconds) throws Exception {
    try (var federation = new TestFederation(folder)) {
      federation.node("a", 0.5f);
      federation.node("b", 0.25f).idle = true;
      String oneOfTwo =
          "\"cohort\": {\"quorum\": 1, \"nodes\": [\"a\", \"b\"]},"
              + " \"deadlines\": {\"round\": \"30m\"}";
      String run = federation.start(1, oneOfTwo, "\"deterministic\": false, \"seed\": 7").getRun();
      federation.await(run, view -> view.getState().equals("collecting"));

      federation.clock = shifted(seconds);
      federation.ticks.freeze();
      federation.restart(Failpoints.none());

      federation.pass(Duration.ofMinutes(29), run);
      assertEquals("collecting", federation.show(run).getState(), "its deadline counts anew");
      federation.await(run, view -> counted(view, "a"));
      federation.pass(Duration.ofMinutes(2), run);
      RunView end = federation.awaitEnd(run);
      assertEquals("completed", end.getState(), end.getReason());
    }
  }

  private static boolean counted(RunView run, String node) {
    return run.getCohortList().stream()
        .anyMatch(one -> one.getNode().equals(node) && one.getState().equals("counted"));
  }

  private static InstantSource shifted(long seconds) {
    InstantSource system = InstantSource.system();
    return () -> system.instant().plusSeconds(seconds);
  }

  @Test
  void olderCoordinator_whereTheLockIsWorthless_receiptsNothingAndEndsLoudly() throws Exception {
    Path state = folder.resolve("state");
    var once = new AtomicBoolean();
    Failpoints newer =
        name -> {
          if (name.equals(Failpoints.UPDATE_FORCED) && once.compareAndSet(false, true)) {
            openAnother(state);
          }
        };
    try (var federation = new TestFederation(folder, "full", "", newer)) {
      join(federation);
      String run = federation.start(2, PAIR).getRun();

      var thrown =
          assertThrows(FederationException.class, () -> federation.coordinator().awaitEnd());

      assertTrue(thrown.sentence().contains("opened by a newer coordinator"), thrown.sentence());
      long receipts = federation.nodes.stream().mapToLong(node -> node.receipts.size()).sum();
      assertTrue(receipts < 2, "the update at the door of the older one got its receipt");
      federation.restart(Failpoints.none());
      finish(federation, run);
      for (ScriptedNode node : federation.nodes) {
        // fails where the newer one would give another receipt than the older one gave
        node.receipts
            .keySet()
            .forEach(id -> node.submit(federation.channel("node", node.name), id));
      }
    }
  }

  /** What a second coordinator does first, on a file system whose locks are worth nothing. */
  private static void openAnother(Path state) {
    try {
      Files.delete(state.resolve("lock"));
      SqliteJournal.open(state).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
