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
 * open), NOT_FOUND, INTERNAL; CANCELLED when the thread was interrupted. Peers are told the same
 * without the path.
 */
public final class DiskFailure {
  private static final String UNNAMED = "a file that the log there names";

  private DiskFailure() {}

  /** The refusal for a failure with a file. */
  public static FederationException of(Path file, IOException failure) {
    String stated = failure instanceof FileSystemException e ? e.getReason() : null;
    String reason = stated == null ? String.valueOf(failure.getMessage()) : stated;
    Form form = form(reason.toLowerCase(Locale.ROOT), failure);
    return FederationException.local(
        form.kind,
        form.sentence(file.toString(), reason),
        // a failure that states no reason may say a path instead
        form.sentence(UNNAMED, stated == null ? failure.getClass().getSimpleName() : stated),
        failure);
  }

  private static Form form(String reason, IOException failure) {
    if (reason.contains("no space left") || reason.contains("quota exceeded")) {
      return Form.NO_SPACE;
    }
    if (reason.contains("too many open files")) {
      return Form.TOO_MANY;
    }
    if (failure instanceof ClosedByInterruptException
        || failure instanceof FileLockInterruptionException) {
      return Form.INTERRUPTED;
    }
    return failure instanceof NoSuchFileException ? Form.MISSING : Form.OTHER;
  }

  /** Sentences with places for the file and the reason. */
  private enum Form {
    NO_SPACE(ErrorKind.FULL, "disk: no space left for %1$s (expected: room). Free some space."),
    TOO_MANY(
        ErrorKind.FULL,
        "files: %1$s can't be opened, too many are (expected: room below the process's limit)."
            + " Raise it with `ulimit -n`, or LimitNOFILE of the service."),
    INTERRUPTED(ErrorKind.CANCELLED, "file: %1$s: interrupted (expected: to its end). Try again."),
    MISSING(ErrorKind.NOT_FOUND, "file: %1$s is missing (expected: it). Restore it."),
    OTHER(
        ErrorKind.INTERNAL, "file: %1$s: %2$s (expected: readable and writable). Check the disk.");

    private final ErrorKind kind;
    private final String text;

    Form(ErrorKind kind, String text) {
      this.kind = kind;
      this.text = text;
    }

    String sentence(String file, String reason) {
      return text.formatted(file, reason);
    }
  }
}
