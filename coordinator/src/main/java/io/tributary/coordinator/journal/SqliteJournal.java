package io.tributary.coordinator.journal;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.round.Staged;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The journal in {@code state.db} of a state folder: write-ahead log, forced at every commit but
 * those of {@link io.tributary.coordinator.round.Transition#repeatable} rows alone, which the next
 * one forces. A process that is killed loses neither kind.
 *
 * <p>Two coordinators never write one folder: the folder's lock is held while it is open, and where
 * a lock is worth nothing (some network file systems) the epoch row is, since every commit checks
 * that no newer opening exists. Owned by one thread at a time.
 */
public final class SqliteJournal implements Journal {
  /** Name of the database in a state folder. */
  public static final String FILE = "state.db";

  private static final Logger LOG = LoggerFactory.getLogger(SqliteJournal.class);

  /** A transition as it is written. */
  private record Row(Staged staged, String json, Digest previous, Digest hash) {}

  private final Path file;
  private final SQLiteDataSource source;
  private final FolderLock lock;
  private final long epoch;
  private final Map<RunId, JournalRows.Head> heads = new HashMap<>();
  private Connection connection;
  private boolean uncertain;
  private boolean forcing = true;

  private SqliteJournal(
      Path file, SQLiteDataSource source, FolderLock lock, Connection connection, long epoch) {
    this.file = file;
    this.source = source;
    this.lock = lock;
    this.connection = connection;
    this.epoch = epoch;
  }

  /** Opens or makes the journal of a state folder; IN_USE when another process has it. */
  public static SqliteJournal open(Path folder) {
    return open(folder, source(folder.resolve(FILE)));
  }

  /** With other settings of the database: a test's. */
  static SqliteJournal open(Path folder, SQLiteDataSource source) {
    Path file = folder.resolve(FILE);
    FolderLock lock = FolderLock.take(folder);
    try {
      return open(file, source, lock);
    } catch (SQLException | FlywayException e) {
      lock.close();
      throw JournalFailure.of(file, e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static SqliteJournal open(Path file, SQLiteDataSource source, FolderLock lock)
      throws SQLException {
    if (!Schema.isNewest(source, file)) {
      Schema.of(source).migrate(file);
    }
    Connection connection = source.getConnection();
    try {
      check(connection, file);
      new JournalRows(connection, file).checkPages();
      var journal = new SqliteJournal(file, source, lock, connection, nextEpoch(connection));
      journal.heads.putAll(journal.rows().heads());
      return journal;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  static SQLiteDataSource source(Path file) {
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

  private JournalRows rows() {
    return new JournalRows(connection, file);
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public List<Staged> history() {
    try {
      JournalRows rows = rows();
      return rows.verified(rows.heads());
    } catch (SQLException e) {
      throw JournalFailure.of(file, e);
    }
  }

  @Override
  public List<Staged> rows(RunId run, long from, long to) {
    try (Connection reading = source.getConnection()) {
      return new JournalRows(reading, file).verified(run, from, to);
    } catch (SQLException e) {
      throw JournalFailure.of(file, e);
    }
  }

  @Override
  public void append(List<Staged> transitions) {
    Map<RunId, JournalRows.Head> next = new HashMap<>(heads);
    List<Row> rows = new ArrayList<>();
    for (Staged staged : transitions) {
      rows.add(row(staged, next));
    }
    try {
      if (!(uncertain && alreadyWritten(next))) {
        force(!transitions.stream().allMatch(staged -> staged.transition().repeatable()));
        write(rows);
      }
    } catch (SQLException e) {
      throw JournalFailure.of(file, e);
    }
    heads.putAll(next);
  }

  private static Row row(Staged staged, Map<RunId, JournalRows.Head> chain) {
    JournalRows.Head before =
        chain.getOrDefault(staged.run(), new JournalRows.Head(0, RowChain.START));
    JsonObject json = staged.transition().toJson();
    Digest hash = RowChain.next(before.hash(), staged, json);
    chain.put(staged.run(), new JournalRows.Head(staged.sequence(), hash));
    return new Row(staged, json.canonical(), before.hash(), hash);
  }

  /**
   * After a failure nobody knows whether the commit reached the disk, nor what the connection
   * stands at: a new connection tells. The caller gives the same transitions again.
   */
  private boolean alreadyWritten(Map<RunId, JournalRows.Head> next) throws SQLException {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.debug("the broken connection could not be closed", e);
    }
    connection = source.getConnection();
    check(connection, file);
    forcing = true;
    Map<RunId, JournalRows.Head> found = new JournalRows(connection, file).heads();
    uncertain = false;
    return found.equals(next) && !next.equals(heads);
  }

  /** Whether the next commit waits for the disk; the log keeps its order either way. */
  private void force(boolean wanted) throws SQLException {
    if (wanted != forcing) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA synchronous = " + (wanted ? "FULL" : "NORMAL"));
      }
      forcing = wanted;
    }
  }

  private void write(List<Row> rows) throws SQLException {
    try {
      // the write lock is held from here to the commit, and never between appends
      connection.setAutoCommit(false);
      fence();
      for (Row row : rows) {
        head(row);
        insert(row);
      }
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException | RuntimeException e) {
      uncertain = true;
      rollback(e);
      throw e;
    }
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

  private void head(Row row) throws SQLException {
    String upsert =
        "INSERT INTO run (run, created, sequence, hash) VALUES (?, ?, ?, ?)"
            + " ON CONFLICT (run) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash";
    try (PreparedStatement statement = connection.prepareStatement(upsert)) {
      statement.setString(1, row.staged().run().value());
      statement.setString(2, row.staged().at().toString());
      statement.setLong(3, row.staged().sequence());
      statement.setString(4, row.hash().hex());
      statement.executeUpdate();
    }
  }

  private void insert(Row row) throws SQLException {
    String insert =
        "INSERT INTO transition (run, sequence, at, kind, json, previous_hash, hash)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      statement.setString(1, row.staged().run().value());
      statement.setLong(2, row.staged().sequence());
      statement.setString(3, row.staged().at().toString());
      statement.setString(4, row.staged().transition().kind());
      statement.setString(5, row.json());
      statement.setString(6, row.previous().hex());
      statement.setString(7, row.hash().hex());
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
      throw JournalFailure.of(file, e);
    } finally {
      lock.close();
    }
  }
}
