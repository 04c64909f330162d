package io.tributary.transport.artifact;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Turns failures of files into refusals that name the file: FULL (also where too many files are
 * open), NOT_FOUND, INTERNAL; CANCELLED when the thread was interrupted.
 */
public final class DiskFailure {
  private DiskFailure() {}

  /** The refusal for a failure with a file. */
  public static FederationException of(Path file, IOException failure) {
    String reason =
        failure instanceof FileSystemException e && e.getReason() != null
            ? e.getReason()
            : String.valueOf(failure.getMessage());
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      return new FederationException(
          ErrorKind.FULL,
          "disk: no space left for " + file + " (expected: room). Free some space.",
          failure);
    }
    if (lower.contains("too many open files")) {
      return new FederationException(
          ErrorKind.FULL,
          "files: "
              + file
              + " can't be opened, too many are (expected: room below the process's limit). Raise"
              + " it with `ulimit -n`, or LimitNOFILE of the service.",
          failure);
    }
    if (failure instanceof ClosedByInterruptException
        || failure instanceof FileLockInterruptionException) {
      return new FederationException(
          ErrorKind.CANCELLED,
          "file: " + file + ": interrupted (expected: to its end). Try again.",
          failure);
    }
    if (failure instanceof NoSuchFileException) {
      return new FederationException(
          ErrorKind.NOT_FOUND,
          "file: " + file + " is missing (expected: it). Restore it.",
          failure);
    }
    return new FederationException(
        ErrorKind.INTERNAL,
        "file: " + file + ": " + reason + " (expected: readable and writable). Check the disk.",
        failure);
  }
}
