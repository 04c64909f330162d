package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.tributary.coordinator.check.StateCheck;
import io.tributary.coordinator.check.StateFinding;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.journal.JournalCopy;
import io.tributary.coordinator.journal.SqliteJournal;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.World;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ListRunsRequest;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.artifact.Disk;
import io.tributary.transport.testing.LossyDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Power fails at a seeded instant of a small run, in some seeds after the process had been killed
 * and started again: what a node holds a receipt for and what the journal names is there and whole,
 * and the run ends with the digest of an undisturbed one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PowerLossTest {
  private static final int SEEDS = 120;
  private static final String PAIR = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
  private static final int ROUNDS = 2;

  /** One life of a federation whose power may fail. */
  private static final class Life {
    final Path folder;
    final LossyDisk disk;
    final CompletableFuture<Void> dark = new CompletableFuture<>();
    final Map<AssignmentId, Receipt> promised = new TreeMap<>();
    private final Path database;
    private boolean settled;
    private List<ScriptedNode> nodes = List.of();

    Life(Path folder, long seed, long instants) throws IOException {
      this.folder = Files.createDirectories(folder);
      this.database = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-db"));
      Path root = Files.createDirectories(folder.resolve("holder"));
      this.disk = new LossyDisk(root, PowerLossTest::ofTheDatabase, seed, instants, this::darken);
    }

    /** Where the power fails already while it starts, it is started again after that. */
    TestFederation start() throws IOException {
      TestFederation federation;
      try {
        federation = start(place -> disk.instant(), disk);
      } catch (RuntimeException e) {
        assertTrue(disk.lost(), e.toString());
        settled(this);
        federation = start(Failpoints.none(), Disk.system());
      }
      nodes = federation.nodes;
      return federation;
    }

    private TestFederation start(Failpoints failpoints, Disk on) throws IOException {
      return new TestFederation(folder, "full", "", failpoints, on, "holder/state");
    }

    /** The receipts first: what they promise is in the database by then. */
    private void darken() {
      nodes.forEach(node -> promised.putAll(node.receipts));
      try {
        copyDatabase(folder.resolve("holder/state"), database);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      dark.complete(null);
    }

    void settle() {
      try {
        disk.restore();
        Path state = folder.resolve("holder/state");
        if (Files.isDirectory(state)) {
          copyDatabase(database, state);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private String expectedDigest = "";
  private long instants;

  private static boolean ofTheDatabase(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith("state.db") || name.equals("lock");
  }

  private static void copyDatabase(Path from, Path to) throws IOException {
    for (String name : List.of("state.db", "state.db-wal")) {
      Files.deleteIfExists(to.resolve(name));
      if (Files.exists(from.resolve(name))) {
        Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.deleteIfExists(to.resolve("state.db-shm"));
  }

  @BeforeAll
  void undisturbed(@TempDir Path home) throws Exception {
    var life = new Life(home.resolve("undisturbed"), 0, Long.MAX_VALUE);
    try (var federation = life.start()) {
      join(federation);
      RunView end = federation.awaitEnd(federation.start(ROUNDS, PAIR).getRun());
      expectedDigest = end.getFinalDigest();
      instants = life.disk.passed();
    }
    assertTrue(instants > 200, "instants of a run: " + instants);
  }

  static Stream<Long> seeds() {
    long only = Long.getLong("tributary.seed", 0);
    return only > 0 ? Stream.of(only) : Stream.iterate(1L, seed -> seed + 1).limit(SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void run_powerFailsAtAnInstant_keepsItsPromises(long seed, @TempDir Path home) throws Exception {
    var random = new SplittableRandom(seed);
    long at = 1 + random.nextLong(instants);
    long kill = random.nextInt(3) == 0 ? 1 + random.nextLong(at) : 0;
    var life = new Life(home.resolve("s"), seed, at);
    try (var federation = life.start()) {
      join(federation);
      disturb(federation, life, kill);
      federation.restart(Failpoints.none(), Disk.system(), () -> settled(life));
      finish(federation, life);
    } catch (Throwable e) {
      throw new AssertionError(
          "replay: seed=" + seed + " instant=" + at + " kill=" + kill + ": " + e.getMessage(), e);
    }
  }

  private static void settled(Life life) {
    if (!life.settled) {
      life.settled = true;
      life.settle();
      promisesKept(life);
    }
  }

  private static void disturb(TestFederation federation, Life life, long kill) throws Exception {
    CompletableFuture<RunView> end = begin(federation);
    if (kill > 0) {
      awaitInstant(life, kill, end);
      try {
        federation.restart(place -> life.disk.instant());
      } catch (RuntimeException e) {
        assertTrue(life.disk.lost(), e.toString());
      }
    }
    await(CompletableFuture.anyOf(life.dark, ended(federation, life)));
    life.disk.lose();
  }

  private static void join(TestFederation federation) throws IOException {
    federation.node("a", 0.5f);
    federation.node("b", 0.25f);
  }

  private static CompletableFuture<RunView> begin(TestFederation federation) throws Exception {
    try {
      String run = federation.start(ROUNDS, PAIR).getRun();
      return CompletableFuture.supplyAsync(() -> federation.awaitEnd(run))
          .exceptionallyCompose(failure -> new CompletableFuture<>());
    } catch (StatusRuntimeException | FederationException e) {
      return new CompletableFuture<>(); // the power failed before there was a run
    }
  }

  private static CompletableFuture<Void> ended(TestFederation federation, Life life) {
    return CompletableFuture.runAsync(
        () -> {
          while (!life.disk.lost() && !completed(federation)) {
            Thread.onSpinWait();
          }
        });
  }

  private static boolean completed(TestFederation federation) {
    try {
      return federation
          .operator()
          .listRuns(ListRunsRequest.getDefaultInstance())
          .getRunsList()
          .stream()
          .anyMatch(run -> run.getState().equals("completed"));
    } catch (StatusRuntimeException e) {
      return false; // it is being started again, or has died
    }
  }

  private static void awaitInstant(Life life, long kill, CompletableFuture<RunView> end) {
    while (life.disk.passed() < kill && !life.disk.lost() && !end.isDone()) {
      Thread.onSpinWait();
    }
  }

  private static void await(CompletableFuture<?> what) throws Exception {
    what.get(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Looks at the folder before anybody opens it again. */
  private static void promisesKept(Life life) {
    Path state = life.folder.resolve("holder/state");
    World world = World.empty();
    if (Files.isRegularFile(state.resolve(SqliteJournal.FILE))) {
      assertEquals(
          List.of(),
          StateCheck.run(state).stream()
              .filter(StateFinding::isFailed)
              .map(StateFinding::line)
              .toList());
      try (var copy = JournalCopy.of(state)) {
        world = World.fold(copy.history());
      }
    }
    Map<AssignmentId, AssignmentRecord> records = new TreeMap<>();
    for (RunState run : world.runs().values()) {
      run.rounds().forEach(r -> r.cohort().forEach(a -> records.put(a.id(), a)));
      run.open().cohort().values().forEach(a -> records.put(a.id(), a));
    }
    life.promised.forEach(
        (id, receipt) ->
            assertEquals(
                receipt.getDigest(),
                requireNonNull(records.get(id)).update().orElseThrow().digest().toString(),
                "receipt of " + id));
  }

  private void finish(TestFederation federation, Life life) throws Exception {
    List<RunView> runs =
        federation.operator().listRuns(ListRunsRequest.getDefaultInstance()).getRunsList();
    String run = runs.isEmpty() ? federation.start(ROUNDS, PAIR).getRun() : runs.get(0).getRun();
    RunView end;
    try {
      end = federation.awaitEnd(run);
    } catch (StatusRuntimeException e) {
      var request = RunRequest.newBuilder().setRun(run).build();
      List<Object> refusals = new ArrayList<>();
      federation.nodes.forEach(node -> refusals.add(node.refusals + " " + node.ends));
      throw new AssertionError(refusals + " " + federation.operator().showRun(request), e);
    }
    assertEquals("completed", end.getState(), end.getReason());
    assertEquals(expectedDigest, end.getFinalDigest());
    assertEquals("stands", end.getDeterminism());
    for (ScriptedNode node : federation.nodes) {
      for (AssignmentId id : node.finished.keySet()) {
        Receipt again = node.submit(federation.channel("node", node.name), id);
        assertEquals(life.promised.getOrDefault(id, again), again);
      }
    }
  }
}
