package io.tributary.client.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactCacheTest {
  @TempDir Path folder = Path.of("");
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private ArtifactCache open(long limitBytes) {
    return ArtifactCache.open(folder, new DataSize(limitBytes), DurableFiles.unforced(), () -> now);
  }

  private static byte[] bytes(int size, int fill) {
    byte[] bytes = new byte[size];
    java.util.Arrays.fill(bytes, (byte) fill);
    return bytes;
  }

  /** Stores bytes and uses them once, a second after everything before. */
  private Digest used(ArtifactCache cache, byte[] bytes) {
    now = now.plusSeconds(1);
    Digest digest = cache.store().put(bytes);
    try (var use = cache.use()) {
      use.hold(digest);
    }
    return digest;
  }

  private static Manifest model(byte[]... files) {
    var entries = new java.util.ArrayList<ManifestEntry>();
    for (int i = 0; i < files.length; i++) {
      entries.add(new ManifestEntry("part/" + i, Digest.of(files[i]), files[i].length, List.of()));
    }
    return Manifest.of(Manifest.FOLDER, entries);
  }

  @Test
  void limitPassed_evictsWhatWasUsedLongestAgo() {
    ArtifactCache cache = open(250);
    Digest first = used(cache, bytes(100, 1));
    Digest second = used(cache, bytes(100, 2));
    used(cache, bytes(100, 1)); // used again: younger than the second now
    Digest third = used(cache, bytes(100, 3));
    assertTrue(cache.store().find(first).isPresent());
    assertFalse(cache.store().find(second).isPresent());
    assertTrue(cache.store().find(third).isPresent());
    assertEquals(200, cache.bytes());
  }

  /** The folders grow with every round: they are looked through where uses add up to the limit. */
  @Test
  void usesBelowTheLimit_lookThroughNothing() {
    ArtifactCache cache = open(250);
    Digest unused = cache.store().put(bytes(200, 1));
    Digest used = used(cache, bytes(100, 2));
    assertTrue(cache.store().find(unused).isPresent(), "it came without a use, so it is not known");
    cache.trim();
    assertEquals(1, Stream.of(unused, used).filter(d -> cache.store().find(d).isPresent()).count());
  }

  @Test
  void whatIsInUse_staysEvenPastTheLimit() {
    ArtifactCache cache = open(150);
    Digest held = cache.store().put(bytes(100, 1));
    try (var use = cache.use()) {
      use.hold(held);
      Digest other = used(cache, bytes(100, 2));
      assertTrue(cache.store().find(held).isPresent());
      assertFalse(cache.store().find(other).isPresent());
    }
    assertTrue(cache.store().find(held).isPresent());
  }

  @Test
  void heldTwice_isReleasedByTheSecondClose() {
    ArtifactCache cache = open(10);
    Digest held = cache.store().put(bytes(100, 1));
    try (var outer = cache.use()) {
      outer.hold(held);
      try (var inner = cache.use()) {
        inner.hold(held);
      }
      cache.trim();
      assertTrue(cache.store().find(held).isPresent());
    }
    assertFalse(cache.store().find(held).isPresent());
  }

  @Test
  void assemble_makesTheFolderOnceAndTakesNoRoomTwice() throws IOException {
    ArtifactCache cache = open(1_000);
    byte[] one = bytes(100, 1);
    byte[] two = bytes(200, 2);
    cache.store().put(one);
    cache.store().put(two);
    Manifest model = model(one, two);
    try (var use = cache.use()) {
      assertTrue(use.folder(model).isEmpty());
      Path made = use.assemble(model);
      assertArrayEquals(one, Files.readAllBytes(made.resolve("part/0")));
      assertArrayEquals(two, Files.readAllBytes(made.resolve("part/1")));
      assertEquals(made, use.folder(model).orElseThrow());
      assertEquals(made, use.assemble(model));
    }
    assertEquals(300, cache.bytes());
  }

  @Test
  void model_withADecayedFile_isThrownAwayAtItsFirstUse() throws IOException {
    byte[] one = bytes(100, 1);
    Manifest model = model(one);
    ArtifactCache before = open(1_000);
    before.store().put(one);
    Path made;
    try (var use = before.use()) {
      made = use.assemble(model);
    }
    Files.write(made.resolve("part/0"), bytes(100, 2));
    try (var use = open(1_000).use()) {
      assertTrue(use.folder(model).isEmpty());
      assertFalse(Files.exists(made));
    }
  }

  @Test
  void assemble_withoutAllFiles_isRefusedAndLeavesNoModel() {
    ArtifactCache cache = open(1_000);
    Manifest model = model(bytes(100, 1));
    try (var use = cache.use()) {
      var refusal = assertThrows(FederationException.class, () -> use.assemble(model));
      assertEquals(ErrorKind.NOT_FOUND, refusal.kind());
      assertTrue(use.folder(model).isEmpty());
    }
    open(1_000);
    assertFalse(Files.exists(folder.resolve("models/" + model.digest().hex() + ".half")));
  }

  @Test
  void modelUnused_isEvictedAsAWhole() {
    ArtifactCache cache = open(250);
    byte[] one = bytes(100, 1);
    byte[] two = bytes(50, 2);
    cache.store().put(one);
    cache.store().put(two);
    Manifest model = model(one, two);
    try (var use = cache.use()) {
      use.assemble(model);
    }
    used(cache, bytes(200, 3));
    assertEquals(200, cache.bytes());
    try (var use = cache.use()) {
      assertTrue(use.folder(model).isEmpty());
    }
  }

  @Test
  void unfinishedTransfers_areNoUnits() throws IOException {
    ArtifactCache cache = open(10);
    Files.write(folder.resolve("incoming/x.part"), bytes(100, 1));
    cache.trim();
    assertTrue(Files.exists(folder.resolve("incoming/x.part")));
  }
}
