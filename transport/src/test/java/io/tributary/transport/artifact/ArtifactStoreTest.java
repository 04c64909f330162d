package io.tributary.transport.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {
  private static final byte[] HELLO = "hello".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(HELLO);

  @TempDir private Path temp;
  private ArtifactStore store;

  @BeforeEach
  void open() {
    store = ArtifactStore.open(temp.resolve("artifacts"), DurableFiles.forced());
  }

  @Test
  void put_bytes_lieUnderTheirDigest() throws Exception {
    assertEquals(Optional.empty(), store.find(DIGEST));
    assertEquals(DIGEST, store.put(HELLO));
    assertEquals(DIGEST, store.put(HELLO));
    Path expected =
        temp.resolve("artifacts/sha256")
            .resolve(DIGEST.hex().substring(0, 2))
            .resolve(DIGEST.hex());
    assertArrayEquals(HELLO, Files.readAllBytes(expected));
    assertEquals(Optional.of(expected), store.find(DIGEST));
    assertArrayEquals(HELLO, store.read(DIGEST));
    assertEquals(List.of(DIGEST), store.digests());
  }

  @Test
  void adopt_rightFile_movesItIn() throws Exception {
    Path temporary = Files.write(store.temporary("a"), HELLO);
    assertEquals(store.path(DIGEST), store.adopt(temporary, DIGEST));
    assertFalse(Files.exists(temporary));
    Path again = Files.write(store.temporary("a"), HELLO);
    store.adopt(again, DIGEST);
    assertFalse(Files.exists(again));
  }

  @Test
  void adopt_otherBytes_isCorruptAndStoresNothing() throws Exception {
    Path temporary = Files.writeString(store.temporary("a"), "other");
    var refused = assertThrows(FederationException.class, () -> store.adopt(temporary, DIGEST));
    assertEquals(ErrorKind.CORRUPT, refused.kind());
    assertEquals(List.of(), store.digests());
    assertTrue(Files.exists(temporary));
  }

  @Test
  void read_missingOrDamaged_namesTheFile() throws Exception {
    var missing = assertThrows(FederationException.class, () -> store.read(DIGEST));
    assertEquals(ErrorKind.NOT_FOUND, missing.kind());
    store.put(HELLO);
    Files.writeString(store.path(DIGEST), "hullo");
    for (var damaged :
        List.of(
            assertThrows(FederationException.class, () -> store.read(DIGEST)),
            assertThrows(FederationException.class, () -> store.verify(DIGEST)))) {
      assertEquals(ErrorKind.CORRUPT, damaged.kind());
      assertTrue(damaged.sentence().contains(DIGEST.hex()));
    }
  }

  @Test
  void delete_stored_isGone() {
    store.put(HELLO);
    store.delete(DIGEST);
    store.delete(DIGEST);
    assertEquals(Optional.empty(), store.find(DIGEST));
  }

  @Test
  void write_overAFile_replacesItAndLeavesNoOther() throws Exception {
    Path file = temp.resolve("state/a.json");
    DurableFiles.forced().write(file, HELLO);
    DurableFiles.unforced().write(file, new byte[] {1});
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(file));
    try (var files = Files.list(temp.resolve("state"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void diskFailure_eachCause_hasItsKind() {
    Path file = Path.of("spool/a");
    assertEquals(
        ErrorKind.FULL,
        DiskFailure.of(file, new FileSystemException("a", null, "No space left on device")).kind());
    assertEquals(
        ErrorKind.FULL, DiskFailure.of(file, new IOException("No space left on device")).kind());
    assertEquals(ErrorKind.NOT_FOUND, DiskFailure.of(file, new NoSuchFileException("a")).kind());
    var other = DiskFailure.of(file, new IOException("Input/output error"));
    assertEquals(ErrorKind.INTERNAL, other.kind());
    assertTrue(other.sentence().contains(file.toString()));
  }
}
