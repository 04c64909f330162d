package io.tributary.coordinator.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.Phase;
import io.tributary.coordinator.round.Plans;
import io.tributary.coordinator.round.Staged;
import io.tributary.coordinator.round.Transition;
import io.tributary.coordinator.round.World;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqliteJournalTest {
  private static final Instant AT = Instant.parse("2026-01-01T00:00:00.000000001Z");
  @TempDir private Path folder;

  private static Staged created(String run) {
    return new Staged(
        new RunId(run),
        1,
        AT,
        new Transition.RunCreated(Plans.spec(run, Plans.plan(Map.of()), false)));
  }

  private static Staged next(String run, long sequence, Transition transition) {
    return new Staged(new RunId(run), sequence, AT.plusSeconds(sequence), transition);
  }

  private static List<Staged> some() {
    return List.of(
        created("a-1"),
        next("a-1", 2, new Transition.RoundOpened(0, Plans.digest("a-1-zero-manifest"))),
        next("a-1", 3, new Transition.RunPaused(Phase.PAUSED_ON_REQUEST, "held by \"op\" é")),
        created("b-1"));
  }

  private void write(List<Staged> transitions) {
    try (var journal = SqliteJournal.open(folder)) {
      journal.append(transitions);
    }
  }

  private void sql(String statement) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state.db"));
        Statement sql = connection.createStatement()) {
      assertTrue(sql.executeUpdate(statement) > 0, statement);
    }
  }

  @Test
  void append_thenOpenAgain_givesTheSameHistory() {
    write(some().subList(0, 2));
    write(some().subList(2, 4));

    try (var journal = SqliteJournal.open(folder)) {
      assertEquals(some(), journal.history());
      assertEquals(
          Phase.PAUSED_ON_REQUEST,
          World.fold(journal.history()).find(new RunId("a-1")).orElseThrow().phase());
    }
  }

  @Test
  void rows_ofOneRun_areVerifiedAsTheyLie() throws Exception {
    write(some());
    var run = new RunId("a-1");
    try (var journal = SqliteJournal.open(folder)) {
      assertEquals(some().subList(0, 3), journal.rows(run, 1, 3));
      assertEquals(some().subList(1, 2), journal.rows(run, 2, 2));
      var missing = assertThrows(FederationException.class, () -> journal.rows(run, 2, 4));
      assertEquals(ErrorKind.CORRUPT, missing.kind());
      assertTrue(missing.sentence().contains("run a-1 sequence 4"), missing.sentence());
    }
    sql("UPDATE transition SET at = '2026-01-01T00:00:09Z' WHERE run = 'a-1' AND sequence = 2");
    try (var journal = SqliteJournal.open(folder)) {
      var damaged = assertThrows(FederationException.class, () -> journal.rows(run, 1, 3));
      assertEquals(ErrorKind.CORRUPT, damaged.kind());
      assertTrue(damaged.sentence().contains("run a-1 sequence 2"), damaged.sentence());
    }
  }

  @Test
  void epoch_growsWithEveryOpening() {
    for (long epoch = 1; epoch <= 3; epoch++) {
      try (var journal = SqliteJournal.open(folder)) {
        assertEquals(epoch, journal.epoch());
      }
    }
  }

  @Test
  void append_thatFailsHalfway_leavesNothing() {
    try (var journal = SqliteJournal.open(folder)) {
      journal.append(some().subList(0, 2));
      List<Staged> twice = List.of(some().get(2), some().get(1));

      assertThrows(FederationException.class, () -> journal.append(twice));

      assertEquals(some().subList(0, 2), journal.history());
      journal.append(some().subList(2, 4));
      assertEquals(some(), journal.history());
    }
  }

  @Test
  void append_databaseThatMayNotGrow_isFullAndGoesOnOnceItMay() {
    var source = SqliteJournal.source(folder.resolve("state.db"));
    List<Staged> many =
        java.util.stream.IntStream.range(0, 200).mapToObj(i -> created("full-" + i)).toList();
    try (var journal = SqliteJournal.open(folder, source)) {
      journal.append(some());
      source.getConfig().setPragma(org.sqlite.SQLiteConfig.Pragma.MAX_PAGE_COUNT, "1");
      limit(journal, many);
      assertEquals(some(), journal.history());

      source.getConfig().setPragma(org.sqlite.SQLiteConfig.Pragma.MAX_PAGE_COUNT, "100000");
      journal.append(many);
      assertEquals(some().size() + many.size(), journal.history().size());
    }
    try (var journal = SqliteJournal.open(folder)) {
      assertEquals(some().size() + many.size(), journal.history().size());
    }
  }

  /** The first failure makes a new connection, which has the limit. */
  private static void limit(SqliteJournal journal, List<Staged> many) {
    List<Staged> twice = List.of(some().get(0));
    assertThrows(FederationException.class, () -> journal.append(twice));
    for (int i = 0; i < 2; i++) {
      var thrown = assertThrows(FederationException.class, () -> journal.append(many));
      assertEquals(ErrorKind.FULL, thrown.kind(), thrown.sentence());
      assertTrue(thrown.sentence().contains("state.db: "), thrown.sentence());
      assertTrue(thrown.sentence().endsWith("Free some space; nothing is lost."));
    }
  }

  @Test
  void folder_heldByAnother_isInUseAndNamesFolderAndProcess() {
    try (var journal = SqliteJournal.open(folder)) {
      assertEquals(1, journal.epoch());
      var thrown = assertThrows(FederationException.class, () -> SqliteJournal.open(folder));
      assertEquals(ErrorKind.IN_USE, thrown.kind());
      assertTrue(thrown.sentence().contains(folder.toString()), thrown.sentence());
      assertTrue(
          thrown.sentence().contains("process " + ProcessHandle.current().pid()),
          thrown.sentence());
    }
    SqliteJournal.open(folder).close();
  }

  @Test
  void olderOpening_whenANewerOneExists_cannotWrite() throws SQLException {
    try (var journal = SqliteJournal.open(folder)) {
      journal.append(some().subList(0, 1));
      sql("UPDATE meta SET value = value + 1 WHERE name = 'epoch'");

      var thrown =
          assertThrows(FederationException.class, () -> journal.append(some().subList(1, 2)));

      assertEquals(ErrorKind.IN_USE, thrown.kind());
      assertEquals(1, journal.history().size());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE transition SET at = '2027-01-01T00:00:00Z' WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET at = 'yesterday' WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET kind = 'RoundCommitted' WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET kind = 'Nonsense' WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET json = replace(json, '\"round\":0', '\"round\":1')"
            + " WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET json = replace(json, ',', ', ') WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET json = '{' WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET previous_hash = hash WHERE run = 'a-1' AND sequence = 2",
        "UPDATE transition SET hash = previous_hash WHERE run = 'a-1' AND sequence = 2",
      })
  void tamperedRow_isCorruptAndNamesRunAndSequence(String tampering) throws SQLException {
    write(some());
    sql(tampering);
    corrupt("run a-1 sequence 2");
  }

  @Test
  void missingRow_isCorruptAndNamesTheNext() throws SQLException {
    write(some());
    sql("DELETE FROM transition WHERE run = 'a-1' AND sequence = 2");
    corrupt("run a-1 sequence 3");
  }

  @Test
  void missingTail_isCorrupt() throws SQLException {
    write(some());
    sql("DELETE FROM transition WHERE run = 'a-1' AND sequence = 3");
    corrupt("run a-1");
  }

  @Test
  void runMovedToAnotherName_isCorrupt() throws SQLException {
    write(some());
    sql("DELETE FROM transition WHERE run = 'b-1'");
    sql("UPDATE transition SET run = 'b-1'");
    corrupt("run b-1 sequence 1");
  }

  private void corrupt(String named) {
    try (var journal = SqliteJournal.open(folder)) {
      var thrown = assertThrows(FederationException.class, journal::history);
      assertEquals(ErrorKind.CORRUPT, thrown.kind());
      assertTrue(thrown.sentence().contains(named), thrown.sentence());
      assertTrue(thrown.sentence().contains("state.db"), thrown.sentence());
    }
  }

  @Test
  void fileThatIsNoDatabase_isCorruptAndLeftAsItIs() throws IOException {
    Path file = folder.resolve("state.db");
    Files.writeString(
        file, "this is not a database, and it is longer than a header would be. ".repeat(40));
    String before = Files.readString(file);

    var thrown = assertThrows(FederationException.class, () -> SqliteJournal.open(folder));

    assertEquals(ErrorKind.CORRUPT, thrown.kind());
    assertTrue(thrown.sentence().contains("state.db"), thrown.sentence());
    assertEquals(before, Files.readString(file));
    Files.delete(file);
    SqliteJournal.open(folder).close();
  }

  @Test
  void folderThatIsAFile_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("state"), "x");
    var thrown = assertThrows(FederationException.class, () -> SqliteJournal.open(file));
    assertEquals(ErrorKind.INVALID_CONFIG, thrown.kind());
    assertTrue(thrown.sentence().contains(file.toString()), thrown.sentence());
  }

  @Test
  void memoryJournal_keepsWhatItIsGiven() {
    try (var journal = new MemoryJournal()) {
      journal.append(some());
      assertEquals(some(), journal.history());
      assertEquals(1, journal.epoch());
    }
  }

  @Test
  void repeatableRows_betweenOthers_areThereAfterAnotherOpening() {
    var accepted =
        next("a-1", 4, new Transition.AssignmentAccepted(AssignmentId.parse("a-1/1/1/site")));
    var resumed = next("a-1", 5, new Transition.RunResumed(Phase.COLLECTING, 1));
    try (var journal = SqliteJournal.open(folder)) {
      journal.append(some());
      journal.append(List.of(accepted));
    }
    try (var journal = SqliteJournal.open(folder)) {
      assertEquals(5, journal.history().size());
      journal.append(List.of(resumed));
      assertTrue(journal.history().contains(accepted));
      assertTrue(journal.history().contains(resumed));
    }
  }

  @Test
  void repeatable_isOnlyWhatNobodyWasPromised() {
    List<String> kinds =
        Stream.of(Transition.class.getPermittedSubclasses())
            .filter(SqliteJournalTest::saysRepeatable)
            .map(Class::getSimpleName)
            .sorted()
            .toList();
    // what a site told is asked of it again: it has been promised nothing for it
    assertEquals(
        List.of("AggregationFinished", "AssignmentAccepted", "SiteReported", "UpdateJudged"),
        kinds);
  }

  private static boolean saysRepeatable(Class<?> kind) {
    return Stream.of(kind.getDeclaredMethods())
        .anyMatch(method -> method.getName().equals("repeatable"));
  }
}
