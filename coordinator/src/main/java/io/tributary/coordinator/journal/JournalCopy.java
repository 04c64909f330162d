package io.tributary.coordinator.journal;

import io.tributary.coordinator.round.Staged;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DiskFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteDataSource;

/**
 * The journal of a state folder as it is at one moment, read without touching the folder: database
 * and write-ahead log are copied elsewhere and opened there. A coordinator may be writing: commits
 * only append to the log, and the copy is made anew when the log was written back meanwhile.
 */
public final class JournalCopy implements AutoCloseable {
  private static final int TRIES = 20;
  private static final int LOG_HEADER_BYTES = 32;
  private static final String LOG_SUFFIX = "-wal";

  private final Path original;
  private final Path folder;

  private JournalCopy(Path original, Path folder) {
    this.original = original;
    this.folder = folder;
  }

  /** Copies the journal of a state folder into a new temporary folder; NOT_FOUND without one. */
  public static JournalCopy of(Path state) {
    Path original = state.resolve(SqliteJournal.FILE);
    try {
      var copy = new JournalCopy(original, Files.createTempDirectory("tributary-journal"));
      try {
        copy.take();
        return copy;
      } catch (IOException | RuntimeException e) {
        copy.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          original
              + ": missing (expected: the journal of a state folder). Name the folder that the"
              + " coordinator's configuration names as state.",
          e);
    } catch (IOException e) {
      throw DiskFailure.of(original, e);
    }
  }

  private void take() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Digest log = logHeader();
      Files.copy(original, file(), StandardCopyOption.REPLACE_EXISTING);
      copyLog();
      if (log.equals(logHeader())
          && ArtifactStore.hash(original).equals(ArtifactStore.hash(file()))) {
        return;
      }
    }
    throw FederationException.of(
        ErrorKind.NOT_READY,
        original.toString(),
        "changed during each of " + TRIES + " copies",
        "a moment without a write-back",
        "Try again.");
  }

  /** Changes when the log begins anew, which follows every complete write-back. */
  private Digest logHeader() throws IOException {
    try (InputStream in = Files.newInputStream(log(original))) {
      return Digest.of(in.readNBytes(LOG_HEADER_BYTES));
    } catch (NoSuchFileException e) {
      return Digest.of(new byte[0]);
    }
  }

  private void copyLog() throws IOException {
    try {
      Files.copy(log(original), log(file()), StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      Files.deleteIfExists(log(file()));
    }
  }

  private static Path log(Path database) {
    return database.resolveSibling(database.getFileName() + LOG_SUFFIX);
  }

  private Path file() {
    return folder.resolve(SqliteJournal.FILE);
  }

  /**
   * Every transition, verified, after the database's own pages were; what does not fit is CORRUPT.
   * An older schema is brought up to date in the copy.
   */
  public List<Staged> history() {
    SQLiteDataSource source = SqliteJournal.source(file());
    try {
      Schema.of(source).migrate(original);
      try (Connection connection = source.getConnection()) {
        var rows = new JournalRows(connection, original);
        rows.checkPages();
        return rows.verified(rows.heads());
      }
    } catch (SQLException | FlywayException e) {
      throw JournalFailure.of(original, e);
    }
  }

  /** The schema's version as it was found; asked before {@link #history}. */
  public int schema() {
    try {
      return Schema.of(SqliteJournal.source(file())).applied();
    } catch (FlywayException e) {
      throw JournalFailure.of(original, e);
    }
  }

  /** The newest schema that this version of Tributary knows. */
  public int newestSchema() {
    return Schema.of(SqliteJournal.source(file())).known();
  }

  /** Writes the copied journal, without a log beside it, as a file that must not exist. */
  public void writeTo(Path target) {
    try (Connection connection = SqliteJournal.source(file()).getConnection();
        var statement = connection.prepareStatement("VACUUM INTO ?")) {
      statement.setString(1, target.toAbsolutePath().toString());
      statement.execute();
    } catch (SQLException e) {
      throw JournalFailure.of(target, e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw DiskFailure.of(folder, e);
    }
  }
}
