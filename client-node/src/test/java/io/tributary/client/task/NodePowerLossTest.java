package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.client.cache.ArtifactCache;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.Disk;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.testing.LossyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Power fails at a seeded instant while a node fetches a model, trains rounds and throws away what
 * is receipted: an update that was settled is there and whole, and a model that has its name is
 * whole.
 */
class NodePowerLossTest {
  private static final int SEEDS = 300;
  private static final int ROUNDS = 3;
  private static final RunId RUN = new RunId("run-a");
  @TempDir Path home = Path.of("");

  /** What a node may rely on, by its own account. */
  private static final class Account {
    final List<AssignmentId> kept = new ArrayList<>();
    boolean stepsKept;
    boolean modelMade;
  }

  private static AssignmentId id(int round) {
    return AssignmentId.parse(RUN + "/" + round + "/1/site");
  }

  private static byte[] content(int seed) {
    byte[] bytes = new byte[300];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static Manifest model() {
    List<ManifestEntry> entries = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      byte[] bytes = content(100 + i);
      String path = i == 0 ? "config.json" : "part/" + i + "/weights";
      entries.add(new ManifestEntry(path, Digest.of(bytes), bytes.length, List.of()));
    }
    return Manifest.of(Manifest.FOLDER, entries);
  }

  private static ArtifactCache cache(Path state, DurableFiles files, long limit) {
    return ArtifactCache.open(
        state.resolve("cache"),
        new DataSize(limit),
        files,
        () -> Instant.parse("2026-01-01T00:00:00Z"));
  }

  private static void work(Path state, DurableFiles files, Account account) throws IOException {
    UpdateStore store = UpdateStore.open(state, files);
    ArtifactCache cache = cache(state, files, 1_000_000);
    try (var use = cache.use()) {
      for (int i = 0; i < 3; i++) {
        cache.store().put(content(100 + i));
      }
      use.assemble(model());
      account.modelMade = true;
    }
    for (int round = 1; round <= ROUNDS; round++) {
      Path file = store.workFolder(id(round)).resolve("delta.safetensors");
      Files.write(file, content(round)); // as the worker does, which knows nothing of this disk
      store.keepStepsPerRound(RUN, 12);
      account.stepsKept = true;
      store.keep(update(round, file));
      store.settle(id(round));
      account.kept.add(id(round));
      if (round > 1) {
        account.kept.remove(id(round - 1));
        store.discard(id(round - 1));
      }
    }
    account.modelMade = false;
    cache(state, files, 10); // evicts the model
  }

  private static FinishedUpdate update(int round, Path file) {
    byte[] bytes = content(round);
    var group =
        new GroupFile("delta", file, Digest.ofUtf8("l"), "f32", bytes.length, Digest.of(bytes));
    return new FinishedUpdate(
        id(round), Digest.ofUtf8("c"), List.of(group), 10, 2, new TreeMap<>());
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, SEEDS);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void node_powerFailsAtAnInstant_keepsWhatItPromised(long seed) throws IOException {
    try {
      var account = new Account();
      Path state = home.resolve("holder/state");
      Files.createDirectories(home.resolve("holder"));
      long at = 1 + new SplittableRandom(seed).nextLong(160);
      var disk = new LossyDisk(home.resolve("holder"), path -> false, seed, at, () -> {});
      try {
        work(state, DurableFiles.forced(disk), account);
      } catch (FederationException e) {
        assertTrue(disk.lost(), e.sentence());
      }
      disk.lose();
      disk.restore();
      intact(state, account);
    } catch (Throwable e) {
      throw new AssertionError("replay: seed=" + seed + ": " + e.getMessage(), e);
    }
  }

  private static void intact(Path state, Account account) {
    DurableFiles files = DurableFiles.forced(Disk.system());
    UpdateStore store = UpdateStore.open(state, files);
    List<AssignmentId> found = store.finished().stream().map(FinishedUpdate::id).toList();
    assertTrue(found.containsAll(account.kept), found + " lacks some of " + account.kept);
    for (FinishedUpdate update : store.finished()) {
      GroupFile group = update.groups().get(0);
      assertEquals(group.digest(), ArtifactStore.hash(group.file()), update.id().toString());
    }
    assertEquals(account.stepsKept ? 12 : store.stepsPerRound(RUN), store.stepsPerRound(RUN));
    try (var use = cache(state, files, 1_000_000).use()) {
      var folder = use.folder(model());
      assertTrue(folder.isPresent() || !account.modelMade, "the model is gone");
      if (folder.isPresent()) {
        for (ManifestEntry entry : model().entries()) {
          assertEquals(entry.digest(), ArtifactStore.hash(folder.get().resolve(entry.path())));
        }
      }
    }
  }
}
