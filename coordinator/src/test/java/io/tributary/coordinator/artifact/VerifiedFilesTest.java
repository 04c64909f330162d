package io.tributary.coordinator.artifact;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifiedFilesTest {
  private static final byte[] BYTES = {1, 2, 3};
  private static final byte[] OTHER = {1, 2, 4};
  private static final Digest DIGEST = Digest.of(BYTES);

  @TempDir Path folder;
  private Path file;
  private final VerifiedFiles verified = new VerifiedFiles();

  @BeforeEach
  void write() throws IOException {
    file = Files.write(folder.resolve("file"), BYTES);
  }

  @Test
  void check_rightBytes_passesTwice() {
    verified.check("artifact", file, DIGEST);
    assertDoesNotThrow(() -> verified.check("artifact", file, DIGEST));
  }

  @Test
  void check_changedAfterALook_corruptAndNamesTheFile() throws IOException {
    verified.check("artifact", file, DIGEST);
    Files.write(file, OTHER);
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));

    var refused =
        assertThrows(FederationException.class, () -> verified.check("artifact", file, DIGEST));

    assertEquals(ErrorKind.CORRUPT, refused.kind());
    assertTrue(refused.sentence().contains(file.toString()), refused.sentence());
  }

  @Test
  void check_unchangedFileUnderAnotherDigest_corrupt() {
    verified.check("artifact", file, DIGEST);
    Digest other = Digest.of(OTHER);

    assertThrows(FederationException.class, () -> verified.check("artifact", file, other));
  }

  @Test
  void check_missing_namesTheFile() {
    var refused =
        assertThrows(
            FederationException.class,
            () -> verified.check("artifact", folder.resolve("none"), DIGEST));

    assertTrue(refused.sentence().contains("none"), refused.sentence());
  }
}
