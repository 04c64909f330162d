package io.tributary.coordinator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.Plans;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

final class SchemaTest {
  private static final List<String> LATER =
      List.of("classpath:db/migration", "classpath:db/migration-of-a-later-version");
  private static final Staged ROW =
      new Staged(
          new RunId("a-1"),
          1,
          Instant.parse("2026-01-01T00:00:00Z"),
          new Transition.RunCreated(Plans.spec("a-1", Plans.plan(Map.of()), false)));

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void journalOfToday() {
    file = folder.resolve("state.db");
    try (var journal = SqliteJournal.open(folder)) {
      journal.append(List.of(ROW));
    }
  }

  private SQLiteDataSource source() {
    var source = new SQLiteDataSource();
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  private String one(String query) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      return rows.next() ? rows.getString(1) : "nothing";
    }
  }

  @Test
  void olderSchema_isMigratedAndItsRowsStay() throws SQLException {
    Schema.of(source(), LATER).migrate(file);

    assertEquals("1", one("SELECT count(*) FROM added_later"));
    assertEquals(ROW.transition().kind(), one("SELECT kind FROM transition"));
    assertEquals("7", one("SELECT max(version) FROM flyway_schema_history"));
  }

  @Test
  void newerSchema_isRefusedInOneLineAndLeftAsItIs() throws SQLException, IOException {
    Schema.of(source(), LATER).migrate(file);
    byte[] before = Files.readAllBytes(file);

    var thrown = assertThrows(FederationException.class, () -> SqliteJournal.open(folder));

    assertEquals(ErrorKind.INVALID_CONFIG, thrown.kind());
    assertEquals(
        file + ": schema 7 (expected: at most 1). Use a newer Tributary.", thrown.sentence());
    assertTrue(java.util.Arrays.equals(before, Files.readAllBytes(file)), "changed");
  }

  @Test
  void newest_isWhatTheMigrationsSay() {
    assertEquals(Schema.of(source()).known(), Schema.NEWEST);
  }

  @Test
  void isNewest_ofTodaysLatersAndNoDatabase_isTrueForTodaysOnly() throws SQLException {
    assertTrue(Schema.isNewest(source(), file));
    assertFalse(Schema.isNewest(source(), folder.resolve("none.db")));
    assertFalse(Files.exists(folder.resolve("none.db")));
    Schema.of(source(), LATER).migrate(file);
    assertFalse(Schema.isNewest(source(), file));
  }
}
