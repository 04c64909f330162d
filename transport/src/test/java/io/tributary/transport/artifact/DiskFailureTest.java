package io.tributary.transport.artifact;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.ErrorStatus;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
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
  void of_anyFailure_peersAreToldNoPath() {
    List<IOException> failures =
        List.of(
            new FileSystemException(FILE.toString(), null, "No space left on device"),
            new FileSystemException(FILE.toString(), null, "Too many open files"),
            new FileSystemException(FILE.toString(), null, "Read-only file system"),
            new AccessDeniedException(FILE.toString()),
            new NoSuchFileException(FILE.toString()),
            new IOException(FILE + " is odd"));
    for (IOException failure : failures) {
      FederationException refusal = DiskFailure.of(FILE, failure);
      assertTrue(refusal.sentence().contains(FILE.toString()), refusal.sentence());
      StatusRuntimeException told = ErrorStatus.toStatus(refusal);
      String description = requireNonNull(told.getStatus().getDescription());
      assertFalse(description.contains("spool"), description);
      assertTrue(description.contains("(expected: "), description);
      assertEquals(refusal.kind(), ErrorStatus.fromStatus(told).kind());
    }
    assertTrue(of("Read-only file system").peerSentence().contains("Read-only file system"));
  }

  @Test
  void of_otherFailures_keepTheirKind() {
    assertEquals(ErrorKind.INTERNAL, of("Read-only file system").kind());
    assertEquals(ErrorKind.NOT_FOUND, DiskFailure.of(FILE, new NoSuchFileException("x")).kind());
    assertEquals(ErrorKind.INTERNAL, DiskFailure.of(FILE, new IOException("odd")).kind());
  }
}
