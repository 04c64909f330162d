package io.tributary.transport.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.testing.HookedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ChunkAssemblerTest {
  private static final DurableFiles FILES = DurableFiles.unforced();
  private static final int SIZE = (5 << 20) / 2;

  @TempDir private Path temp;
  private final byte[] bytes = new byte[SIZE];
  private Digest digest;
  private Path part;

  @BeforeEach
  void fill() {
    RandomGeneratorFactory.of("L64X128MixRandom").create(1).nextBytes(bytes);
    digest = Digest.of(bytes);
    part = temp.resolve("a.part");
  }

  private ByteString slice(int from, int to) {
    return ByteString.copyFrom(bytes, from, to - from);
  }

  private static void assertKind(ErrorKind kind, Executable action) {
    assertEquals(kind, assertThrows(FederationException.class, action).kind());
  }

  @Test
  void readerAndAssembler_wholeFile_arrivesInPiecesOfAMebibyte() throws Exception {
    Path source = Files.write(temp.resolve("source"), bytes);
    int chunks = 0;
    try (var reader = ChunkReader.open(source, 0);
        var assembler = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      for (Piece chunk = reader.next(); chunk != null; chunk = reader.next()) {
        assembler.accept(chunk);
        chunk.release();
        chunks++;
      }
      assertTrue(assembler.isComplete());
      assertEquals(part, assembler.finish());
    }
    assertEquals(3, chunks);
    assertArrayEquals(bytes, Files.readAllBytes(part));
  }

  @Test
  void accept_gapOverlapOrTooMuch_refusedAndNothingStored() throws Exception {
    try (var assembler = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      assembler.accept(Piece.of(0, slice(0, 1000)));
      assertKind(
          ErrorKind.INVALID_ARGUMENT, () -> assembler.accept(Piece.of(1001, slice(1001, 1002))));
      assertKind(
          ErrorKind.INVALID_ARGUMENT, () -> assembler.accept(Piece.of(999, slice(999, 1002))));
      assertKind(ErrorKind.INVALID_ARGUMENT, () -> assembler.accept(Piece.of(0, slice(0, 1000))));
      ByteString beyond = slice(1000, SIZE).concat(ByteString.copyFromUtf8("x"));
      assertKind(ErrorKind.INVALID_ARGUMENT, () -> assembler.accept(Piece.of(1000, beyond)));
      assertEquals(1000, Files.size(part));
      assertKind(ErrorKind.INVALID_ARGUMENT, assembler::finish);
    }
    assertEquals(1000, ChunkAssembler.stored(part, SIZE));
  }

  @Test
  void accept_chunkOverFourMebibytes_refused() {
    try (var assembler = ChunkAssembler.resume(FILES, part, digest, Long.MAX_VALUE)) {
      ByteString large = ByteString.copyFrom(new byte[Chunks.MOST_BYTES + 1]);
      assertKind(ErrorKind.INVALID_ARGUMENT, () -> assembler.accept(Piece.of(0, large)));
    }
  }

  @Test
  void accept_crumbs_areRefusedAtLast() {
    try (var assembler = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      int allowed = Chunks.SPARE + SIZE / Chunks.LEAST_BYTES;
      for (int i = 0; i < allowed; i++) {
        assembler.accept(Piece.of(i, slice(i, i + 1)));
      }
      assertKind(
          ErrorKind.INVALID_ARGUMENT,
          () -> assembler.accept(Piece.of(allowed, slice(allowed, SIZE))));
    }
  }

  @Test
  void accept_nothingAgainAndAgain_isRefusedAtLast() {
    try (var assembler = ChunkAssembler.resume(FILES, part, digest, 10)) {
      for (int i = 0; i < Chunks.SPARE; i++) {
        assembler.accept(Piece.of(0, ByteString.EMPTY));
      }
      assertKind(ErrorKind.INVALID_ARGUMENT, () -> assembler.accept(Piece.of(0, ByteString.EMPTY)));
    }
  }

  @Test
  void accept_manyPiecesOutsideTheHeap_areHashedAndWrittenWhole() throws Exception {
    List<ByteBuffer> buffers = new ArrayList<>();
    for (int from = 0; from < SIZE; from += 16_375) {
      int length = Math.min(16_375, SIZE - from);
      buffers.add(ByteBuffer.allocateDirect(length).put(bytes, from, length).flip());
    }
    try (var assembler = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      assembler.accept(Piece.lent(0, buffers, () -> {}));
      assembler.finish();
    }
    assertArrayEquals(bytes, Files.readAllBytes(part));
  }

  @Test
  void finish_otherBytes_isCorruptAndRemoved() {
    try (var assembler = ChunkAssembler.resume(FILES, part, Digest.ofUtf8("other"), SIZE)) {
      assembler.accept(Piece.of(0, slice(0, SIZE)));
      assertKind(ErrorKind.CORRUPT, assembler::finish);
    }
    assertFalse(Files.exists(part));
  }

  @Test
  void resume_afterACut_hashesWhatIsStoredAndGoesOn() throws Exception {
    try (var first = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      first.accept(Piece.of(0, slice(0, 1_500_000)));
    }
    try (var second = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      assertEquals(1_500_000, second.offset());
      second.accept(Piece.of(1_500_000, slice(1_500_000, SIZE)));
      second.finish();
    }
    assertArrayEquals(bytes, Files.readAllBytes(part));
  }

  @Test
  void open_fromAnEarlierOffset_dropsTheRest() throws Exception {
    Files.write(part, Arrays.copyOf(bytes, 2000));
    try (var assembler = ChunkAssembler.open(FILES, part, digest, SIZE, 500)) {
      assertEquals(500, Files.size(part));
      assembler.accept(Piece.of(500, slice(500, SIZE)));
      assembler.finish();
    }
    assertKind(
        ErrorKind.INVALID_ARGUMENT, () -> ChunkAssembler.open(FILES, part, digest, SIZE, SIZE + 1));
    assertKind(
        ErrorKind.INVALID_ARGUMENT, () -> ChunkAssembler.open(FILES, part, digest, SIZE, -1));
  }

  @Test
  void open_beyondWhatIsStored_mayWorkLater() throws Exception {
    Files.write(part, Arrays.copyOf(bytes, 500));
    assertKind(ErrorKind.NOT_READY, () -> ChunkAssembler.open(FILES, part, digest, SIZE, 501));
    assertTrue(ErrorKind.NOT_READY.retryable());
    assertEquals(500, Files.size(part), "what is stored stays");
  }

  @Test
  void resume_storedPrefixDamaged_isCorruptAtTheEndAndStartsAnew() throws Exception {
    byte[] damaged = Arrays.copyOf(bytes, 1000);
    damaged[17] ^= 1;
    Files.write(part, damaged);
    try (var assembler = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      assembler.accept(Piece.of(1000, slice(1000, SIZE)));
      assertKind(ErrorKind.CORRUPT, assembler::finish);
    }
    assertEquals(0, ChunkAssembler.stored(part, SIZE));
  }

  @Test
  void open_whileAnotherTransferWrites_mustWait() {
    try (var first = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      first.accept(Piece.of(0, slice(0, 10)));
      assertKind(ErrorKind.NOT_READY, () -> ChunkAssembler.resume(FILES, part, digest, SIZE));
      first.accept(Piece.of(10, slice(10, 20)));
    }
    ChunkAssembler.resume(FILES, part, digest, SIZE).close();
  }

  @Test
  void open_verifiedAndNotYetLetGo_mustWait() throws Exception {
    Path published = temp.resolve("published");
    try (var first = ChunkAssembler.resume(FILES, part, digest, SIZE)) {
      first.accept(Piece.of(0, slice(0, SIZE)));
      Path verified = first.finish();
      assertKind(ErrorKind.NOT_READY, () -> ChunkAssembler.open(FILES, part, digest, SIZE, 0));
      FILES.publish(verified, published);
      assertKind(ErrorKind.NOT_READY, () -> ChunkAssembler.open(FILES, part, digest, SIZE, 0));
    }
    ChunkAssembler.open(FILES, part, digest, SIZE, 0).close();
    assertArrayEquals(bytes, Files.readAllBytes(published));
  }

  @Test
  void open_refused_leavesTheFileFree() {
    assertKind(ErrorKind.NOT_READY, () -> ChunkAssembler.open(FILES, part, digest, SIZE, 1));
    ChunkAssembler.open(FILES, part, digest, SIZE, 0).close();
  }

  @Test
  void close_earlyForceFailed_keepsNothingForAResume() throws Exception {
    var failed = new CountDownLatch(1);
    var disk =
        new HookedDisk()
            .onForce(
                file -> {
                  failed.countDown();
                  throw new IOException("the disk lost it");
                });
    long large = 84L << 20;
    try (var assembler =
        ChunkAssembler.open(DurableFiles.forced(disk), part, Digest.ofUtf8("x"), large, 0)) {
      ByteString mebibyte = ByteString.copyFrom(bytes, 0, 1 << 20);
      boolean begun = false;
      for (long from = 0; from < large - (1 << 20) && !begun; from += 1 << 20) {
        assembler.accept(Piece.of(from, mebibyte));
        // where no thread is spare just then, the next piece tries again
        begun = from >= 63L << 20 && failed.await(1, TimeUnit.SECONDS);
      }
      assertTrue(begun, "no early force began");
    }
    assertEquals(0, ChunkAssembler.stored(part, large));
  }

  @Test
  void rehash_endedInTheMiddle_goesOnLaterAndIsRight() throws Exception {
    Files.write(part, bytes);
    try (var assembler = ChunkAssembler.open(FILES, part, digest, SIZE, SIZE)) {
      var steps = new AtomicInteger();
      assertThrows(
          IllegalStateException.class,
          () ->
              assembler.rehash(
                  () -> {
                    if (steps.incrementAndGet() == 2) {
                      throw new IllegalStateException("not now");
                    }
                  }));
      assembler.rehash(steps::incrementAndGet);
      assertEquals(4, steps.get());
      assertEquals(part, assembler.finish());
    }
  }

  @Test
  void reader_offsetBeyondTheEndOrMissingFile_refused() throws Exception {
    Path source = Files.write(temp.resolve("source"), bytes);
    try (var atEnd = ChunkReader.open(source, SIZE)) {
      assertEquals(null, atEnd.next());
    }
    assertKind(ErrorKind.INVALID_ARGUMENT, () -> ChunkReader.open(source, SIZE + 1));
    assertKind(ErrorKind.INVALID_ARGUMENT, () -> ChunkReader.open(source, -1));
    assertKind(ErrorKind.NOT_FOUND, () -> ChunkReader.open(temp.resolve("no"), 0));
  }

  @Test
  void reader_fileCutMeanwhile_isCorrupt() throws Exception {
    Path source = Files.write(temp.resolve("source"), bytes);
    try (var reader = ChunkReader.open(source, 0)) {
      reader.next();
      Files.write(source, new byte[10]);
      assertKind(ErrorKind.CORRUPT, reader::next);
    }
  }
}
