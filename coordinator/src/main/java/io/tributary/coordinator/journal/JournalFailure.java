package io.tributary.coordinator.journal;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Turns failures of the database into refusals that name its file. FULL and NOT_READY are failures
 * of the disk that rolled back and may pass; IN_USE and CORRUPT never do.
 */
final class JournalFailure {
  private JournalFailure() {}

  static FederationException of(Path file, Exception cause) {
    Throwable root = cause;
    while (root.getCause() != null && !(root instanceof SQLiteException)) {
      root = root.getCause();
    }
    SQLiteErrorCode code =
        root instanceof SQLiteException e ? e.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
    return new FederationException(
        kind(code), file + ": " + root.getMessage() + " (expected: " + rule(code), cause);
  }

  private static ErrorKind kind(SQLiteErrorCode code) {
    return switch (primary(code)) {
      case SQLITE_FULL -> ErrorKind.FULL;
      case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY -> ErrorKind.NOT_READY;
      case SQLITE_BUSY, SQLITE_LOCKED -> ErrorKind.IN_USE;
      case SQLITE_CORRUPT, SQLITE_NOTADB -> ErrorKind.CORRUPT;
      default -> ErrorKind.INTERNAL;
    };
  }

  private static String rule(SQLiteErrorCode code) {
    return switch (primary(code)) {
      case SQLITE_FULL -> "room on its disk). Free some space; nothing is lost.";
      case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY ->
          "room on its disk and a folder that can be written). Free some space, or mend the disk or its"
              + " rights; nothing is lost.";
      case SQLITE_BUSY, SQLITE_LOCKED -> "one process that writes it). Stop the other one.";
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          "the database as it was written). Restore the state folder from a backup.";
      default -> "a readable, writable journal with space). See the log.";
    };
  }

  /** The lowest byte of an extended code. */
  private static SQLiteErrorCode primary(SQLiteErrorCode code) {
    return code.code < 0 ? code : SQLiteErrorCode.getErrorCode(code.code & 0xff);
  }
}
