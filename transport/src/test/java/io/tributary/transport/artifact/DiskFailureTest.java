package io.tributary.transport.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskFailureTest {
  private static final Path FILE = Path.of("spool", "x");

  private static FederationException of(String reason) {
    return DiskFailure.of(FILE, new FileSystemException(FILE.toString(), null, reason));
  }

  @Test
  void of_whatMayPass_isFullAndRetryable() {
    for (String reason :
        new String[] {"No space left on device", "Disk quota exceeded", "Too many open files"}) {
      FederationException refusal = of(reason);
      assertEquals(ErrorKind.FULL, refusal.kind(), reason);
      assertTrue(refusal.kind().retryable(), reason);
      assertTrue(refusal.sentence().contains(FILE.toString()), refusal.sentence());
    }
    assertTrue(of("Too many open files").sentence().contains("LimitNOFILE"));
  }

  @Test
  void of_otherFailures_keepTheirKind() {
    assertEquals(ErrorKind.INTERNAL, of("Read-only file system").kind());
    assertEquals(ErrorKind.NOT_FOUND, DiskFailure.of(FILE, new NoSuchFileException("x")).kind());
    assertEquals(ErrorKind.INTERNAL, DiskFailure.of(FILE, new IOException("odd")).kind());
  }
}
