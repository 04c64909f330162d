package io.tributary.coordinator.artifact;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.chunk.Piece;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
  private static final AssignmentId ONE = AssignmentId.parse("run-x/1/1/a");
  private static final AssignmentId TWO = AssignmentId.parse("run-x/2/1/a");
  private static final byte[] BYTES = {1, 2, 3, 4, 5, 6};
  private static final Digest DIGEST = Digest.of(BYTES);

  @TempDir Path folder;
  private Spool spool;

  @BeforeEach
  void open() {
    spool = Spool.open(folder, new DataSize(10), DurableFiles.forced());
  }

  @Test
  void reserve_beyondTheLimit_fullAndNothingReserved() {
    spool.reserve(ONE, 6);

    var refusal = assertThrows(FederationException.class, () -> spool.reserve(TWO, 5));

    assertEquals(ErrorKind.FULL, refusal.kind());
    assertEquals(6, spool.usedBytes());
    spool.reserve(TWO, 4);
    assertEquals(10, spool.usedBytes());
  }

  @Test
  void reserve_sameAssignmentAgain_replacesWhatItHad() {
    spool.reserve(ONE, 10);
    spool.reserve(ONE, 10);
    assertEquals(10, spool.usedBytes());
  }

  @Test
  void assemble_afterItsRoundWasCleared_staleAndNoFolderMade() {
    spool.reserve(ONE, 6);
    spool.assemble(ONE, "delta", DIGEST, 6, 0).close();
    spool.clear(ONE.round());

    var refusal =
        assertThrows(
            FederationException.class, () -> spool.assemble(ONE, "delta", DIGEST, 6, 0).close());

    assertEquals(ErrorKind.STALE, refusal.kind());
    assertFalse(Files.exists(folder.resolve("run-x/1")));
  }

  @Test
  void assemble_cutAndGoneOn_wholeFile() {
    spool.reserve(ONE, 6);
    try (var assembler = spool.assemble(ONE, "delta", DIGEST, 6, 0)) {
      assembler.accept(Piece.of(0, ByteString.copyFrom(BYTES, 0, 4)));
    }
    assertEquals(4, spool.stored(ONE, "delta", DIGEST, 6));

    try (var assembler = spool.assemble(ONE, "delta", DIGEST, 6, 4)) {
      assembler.accept(Piece.of(4, ByteString.copyFrom(BYTES, 4, 2)));
      spool.publish(ONE, "delta", DIGEST, assembler.finish());
    }

    assertTrue(spool.holds(ONE, "delta", DIGEST));
    assertEquals(6, spool.stored(ONE, "delta", DIGEST, 6));
    assertTrue(Files.exists(folder.resolve("run-x/1/a/1/delta.safetensors")));
  }

  @Test
  void assemble_resumed_nobodyWaitsForItsHashing() throws Exception {
    spool.reserve(ONE, 6);
    try (var assembler = spool.assemble(ONE, "delta", DIGEST, 6, 0)) {
      assembler.accept(Piece.of(0, ByteString.copyFrom(BYTES, 0, 4)));
    }
    List<Long> used = new ArrayList<>();
    try (var assembler = spool.assemble(ONE, "delta", DIGEST, 6, 4)) {
      assembler.rehash(
          () ->
              used.add(
                  CompletableFuture.supplyAsync(spool::usedBytes).orTimeout(20, SECONDS).join()));
      assembler.accept(Piece.of(4, ByteString.copyFrom(BYTES, 4, 2)));
      assembler.finish();
    }
    assertEquals(List.of(6L), used);
  }

  @Test
  void holds_seenBefore_isReadAgainOnlyWhereTheFileChanged() throws Exception {
    spool.reserve(ONE, 6);
    try (var assembler = spool.assemble(ONE, "delta", DIGEST, 6, 0)) {
      assembler.accept(Piece.of(0, ByteString.copyFrom(BYTES)));
      spool.publish(ONE, "delta", DIGEST, assembler.finish());
    }
    Path file = spool.file(ONE, "delta");
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, new byte[6]);
    Files.setLastModifiedTime(file, time);
    assertTrue(spool.holds(ONE, "delta", DIGEST), "it was read though nothing tells of a change");

    Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 1_000));

    assertFalse(spool.holds(ONE, "delta", DIGEST));
    assertTrue(spool.holds(ONE, "delta", Digest.of(new byte[6])));
  }

  @Test
  void stored_otherDigest_startsFromZeroAndDropsTheOldBytes() {
    spool.reserve(ONE, 6);
    try (var assembler = spool.assemble(ONE, "delta", DIGEST, 6, 0)) {
      assembler.accept(Piece.of(0, ByteString.copyFrom(BYTES, 0, 4)));
    }
    Digest other = Digest.ofUtf8("other");

    assertEquals(0, spool.stored(ONE, "delta", other, 6));
    spool.assemble(ONE, "delta", other, 6, 0).close();

    assertEquals(0, spool.stored(ONE, "delta", DIGEST, 6));
  }

  @Test
  void open_afterACrash_countsWhatLiesThere() {
    spool.reserve(ONE, 6);
    try (var assembler = spool.assemble(ONE, "delta", DIGEST, 6, 0)) {
      assembler.accept(Piece.of(0, ByteString.copyFrom(BYTES)));
      spool.publish(ONE, "delta", DIGEST, assembler.finish());
    }

    Spool again = Spool.open(folder, new DataSize(10), DurableFiles.forced());

    assertEquals(6, again.usedBytes());
    assertTrue(again.holds(ONE, "delta", DIGEST));
  }

  @Test
  void clear_upToARound_keepsLaterOnesAndOtherRuns() {
    AssignmentId elsewhere = AssignmentId.parse("run-y/1/1/a");
    for (AssignmentId id : new AssignmentId[] {ONE, TWO, elsewhere}) {
      spool.reserve(id, 3);
      spool.assemble(id, "delta", DIGEST, 6, 0).close();
    }

    spool.clear(new RoundId(new RunId("run-x"), 1));

    assertEquals(6, spool.usedBytes());
    assertFalse(Files.exists(folder.resolve("run-x/1")));
    assertTrue(Files.exists(folder.resolve("run-x/2/a/1")));
    assertTrue(Files.exists(folder.resolve("run-y/1/a/1")));
  }

  @Test
  void clear_assignments_keepsTheOthersOfTheirRound() {
    AssignmentId beside = AssignmentId.parse("run-x/1/1/b");
    AssignmentId again = AssignmentId.parse("run-x/1/2/a");
    for (AssignmentId id : List.of(ONE, beside, again)) {
      spool.reserve(id, 3);
      spool.assemble(id, "delta", DIGEST, 6, 0).close();
    }

    spool.clear(Set.of(ONE, TWO));
    spool.clear(Set.of(ONE, TWO));

    assertEquals(6, spool.usedBytes());
    assertFalse(Files.exists(folder.resolve("run-x/1/a/1")));
    assertTrue(Files.exists(folder.resolve("run-x/1/a/2")));
    assertTrue(Files.exists(folder.resolve("run-x/1/b/1")));
    var refusal =
        assertThrows(
            FederationException.class, () -> spool.assemble(ONE, "delta", DIGEST, 6, 0).close());
    assertEquals(ErrorKind.STALE, refusal.kind());
    spool.clear(ONE.round());
    assertFalse(Files.exists(folder.resolve("run-x/1")));
  }

  @Test
  void file_groupNameThatLeavesTheFolder_refused() {
    var refusal = assertThrows(FederationException.class, () -> spool.file(ONE, "../../../etc/x"));
    assertEquals(ErrorKind.INVALID_ARGUMENT, refusal.kind());
  }
}
