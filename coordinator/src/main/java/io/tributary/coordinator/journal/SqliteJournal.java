package io.tributary.coordinator.journal;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.FlywayException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteException;

/**
 * The journal in {@code state.db} of a state folder: write-ahead log, forced at every commit.
 *
 * <p>Two coordinators never write one folder: the folder's lock is held while it is open, and where
 * a lock is worth nothing (some network file systems) the epoch row is, since every commit checks
 * that no newer opening exists. Owned by one thread at a time.
 */
public final class SqliteJournal implements Journal {
  private static final String FILE = "state.db";

  private final Path file;
  private final FolderLock lock;
  private final Connection connection;
  private final long epoch;
  private final Map<RunId, Digest> heads = new HashMap<>();
  private final Map<RunId, Long> sequences = new HashMap<>();

  private SqliteJournal(Path file, FolderLock lock, Connection connection, long epoch) {
    this.file = file;
    this.lock = lock;
    this.connection = connection;
    this.epoch = epoch;
  }

  /** Opens or makes the journal of a state folder; IN_USE when another process has it. */
  public static SqliteJournal open(Path folder) {
    Path file = folder.resolve(FILE);
    FolderLock lock = FolderLock.take(folder);
    try {
      return open(file, lock);
    } catch (SQLException | FlywayException e) {
      lock.close();
      throw failure(file, e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static SqliteJournal open(Path file, FolderLock lock) throws SQLException {
    SQLiteDataSource source = source(file);
    Schema.of(source).migrate(file);
    Connection connection = source.getConnection();
    try {
      check(connection, file);
      var journal = new SqliteJournal(file, lock, connection, nextEpoch(connection));
      journal.loadHeads();
      return journal;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static SQLiteDataSource source(Path file) {
    var config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    config.setBusyTimeout(5_000);
    var source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
    return source;
  }

  /** A pragma that is not what durability rests on must not pass in silence. */
  private static void check(Connection connection, Path file) throws SQLException {
    Map<String, String> wanted =
        Map.of("journal_mode", "wal", "synchronous", "2", "foreign_keys", "1");
    for (Map.Entry<String, String> pragma : wanted.entrySet()) {
      String found = one(connection, "PRAGMA " + pragma.getKey());
      if (!found.equals(pragma.getValue())) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            file + " " + pragma.getKey(),
            found,
            pragma.getValue(),
            "Put the state folder on a local file system.");
      }
    }
  }

  private static long nextEpoch(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE meta SET value = value + 1 WHERE name = 'epoch'");
    }
    long epoch = Long.parseLong(one(connection, "SELECT value FROM meta WHERE name = 'epoch'"));
    connection.commit();
    connection.setAutoCommit(true);
    return epoch;
  }

  private static String one(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? requireNonNull(rows.getString(1)) : "nothing";
    }
  }

  private void loadHeads() throws SQLException {
    String query = "SELECT run, sequence, hash FROM run";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        RunId run = new RunId(text(rows, 1));
        sequences.put(run, rows.getLong(2));
        heads.put(run, new Digest(text(rows, 3)));
      }
    }
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public List<Staged> history() {
    String query =
        "SELECT run, sequence, at, kind, json, previous_hash, hash FROM transition"
            + " ORDER BY run, sequence";
    List<Staged> history = new ArrayList<>();
    Map<RunId, Digest> verified = new HashMap<>();
    Map<RunId, Long> counted = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        history.add(verify(rows, verified, counted));
      }
    } catch (SQLException e) {
      throw failure(file, e);
    }
    for (Map.Entry<RunId, Digest> head : heads.entrySet()) {
      if (!head.getValue().equals(verified.get(head.getKey()))) {
        throw corrupt(head.getKey().value(), "of its end", Optional.empty());
      }
    }
    return history;
  }

  private Staged verify(ResultSet row, Map<RunId, Digest> verified, Map<RunId, Long> counted)
      throws SQLException {
    String name = text(row, 1);
    long sequence = row.getLong(2);
    try {
      RunId run = new RunId(name);
      JsonValue written = JsonReader.read(text(row, 5));
      Transition transition = Transition.parse(text(row, 4), written);
      var staged = new Staged(run, sequence, Instant.parse(text(row, 3)), transition);
      Digest previous = verified.getOrDefault(run, RowChain.START);
      Digest hash = RowChain.next(previous, staged, written);
      boolean fits =
          text(row, 6).equals(previous.hex())
              && text(row, 7).equals(hash.hex())
              && text(row, 5).equals(written.canonical())
              && sequence == counted.getOrDefault(run, 0L) + 1
              && heads.containsKey(run);
      if (!fits) {
        throw corrupt(name, sequence, Optional.empty());
      }
      verified.put(run, hash);
      counted.put(run, sequence);
      return staged;
    } catch (DateTimeParseException e) {
      throw corrupt(name, sequence, Optional.of(e));
    } catch (FederationException e) {
      throw corrupt(name, sequence, Optional.of(e));
    }
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return requireNonNull(row.getString(column));
  }

  @Override
  public void append(List<Staged> transitions) {
    Map<RunId, Digest> nextHeads = new HashMap<>(heads);
    Map<RunId, Long> nextSequences = new HashMap<>(sequences);
    try {
      // the write lock is held from here to the commit, and never between appends
      connection.setAutoCommit(false);
      fence();
      for (Staged staged : transitions) {
        insert(staged, nextHeads);
        nextSequences.put(staged.run(), staged.sequence());
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      rollback(e);
      throw failure(file, e);
    } catch (RuntimeException e) {
      rollback(e);
      throw e;
    }
    heads.putAll(nextHeads);
    sequences.putAll(nextSequences);
  }

  private void fence() throws SQLException {
    String update = "UPDATE meta SET value = value WHERE name = 'epoch' AND value = ?";
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setLong(1, epoch);
      if (statement.executeUpdate() != 1) {
        throw FederationException.of(
            ErrorKind.IN_USE,
            file.toString(),
            "opened by a newer coordinator",
            "this one only",
            "Stop one of the two.");
      }
    }
  }

  private void insert(Staged staged, Map<RunId, Digest> chain) throws SQLException {
    Digest previous = chain.getOrDefault(staged.run(), RowChain.START);
    JsonObject json = staged.transition().toJson();
    Digest hash = RowChain.next(previous, staged, json);
    head(staged, hash);
    String insert =
        "INSERT INTO transition (run, sequence, at, kind, json, previous_hash, hash)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, staged.run().value());
      statement.setLong(2, staged.sequence());
      statement.setString(3, staged.at().toString());
      statement.setString(4, staged.transition().kind());
      statement.setString(5, json.canonical());
      statement.setString(6, previous.hex());
      statement.setString(7, hash.hex());
      statement.executeUpdate();
    }
    chain.put(staged.run(), hash);
  }

  private void head(Staged staged, Digest hash) throws SQLException {
    String upsert =
        "INSERT INTO run (run, created, sequence, hash) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (run) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash";
    try (PreparedStatement statement = connection.prepareStatement(upsert)) {
      statement.setString(1, staged.run().value());
      statement.setString(2, staged.at().toString());
      statement.setLong(3, staged.sequence());
      statement.setString(4, hash.hex());
      statement.executeUpdate();
    }
  }

  private void rollback(Exception first) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      first.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure(file, e);
    } finally {
      lock.close();
    }
  }

  private FederationException corrupt(String run, Object sequence, Optional<Exception> cause) {
    String message =
        file
            + ": run "
            + run
            + " sequence "
            + sequence
            + " does not fit its chain (expected: as it was written)."
            + " Restore the state folder from a backup.";
    return cause
        .map(e -> new FederationException(ErrorKind.CORRUPT, message, e))
        .orElseGet(() -> new FederationException(ErrorKind.CORRUPT, message));
  }

  private static FederationException failure(Path file, Exception cause) {
    Throwable root = cause;
    while (root.getCause() != null && !(root instanceof SQLiteException)) {
      root = root.getCause();
    }
    ErrorKind kind = root instanceof SQLiteException e ? kind(e) : ErrorKind.INTERNAL;
    return new FederationException(
        kind,
        file + ": " + root.getMessage() + " (expected: a readable, writable journal with space).",
        cause);
  }

  private static ErrorKind kind(SQLiteException e) {
    return switch (e.getResultCode()) {
      case SQLITE_FULL -> ErrorKind.FULL;
      case SQLITE_BUSY, SQLITE_LOCKED -> ErrorKind.IN_USE;
      case SQLITE_CORRUPT, SQLITE_NOTADB -> ErrorKind.CORRUPT;
      default -> ErrorKind.INTERNAL;
    };
  }
}
