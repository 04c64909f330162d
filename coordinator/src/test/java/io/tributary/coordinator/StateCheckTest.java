package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.check.StateBackup;
import io.tributary.coordinator.check.StateCheck;
import io.tributary.coordinator.check.StateFinding;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.RunView;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.Disk;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checking, backing up and restoring a state folder, of a dead and of a living coordinator. */
class StateCheckTest {
  private static final String PAIR = "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}";
  private static final int ROUNDS = 3;

  @TempDir Path folder;

  private Path killed() throws IOException {
    Path state = folder.resolve("state");
    ZippedFolder.golden("0.1.0", state);
    return state;
  }

  private static List<String> failed(Path state) {
    return StateCheck.run(state).stream()
        .filter(StateFinding::isFailed)
        .map(StateFinding::line)
        .toList();
  }

  private static Map<String, Digest> bytes(Path folder) throws IOException {
    Map<String, Digest> bytes = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        bytes.put(folder.relativize(path).toString(), ArtifactStore.hash(path));
      }
    }
    return bytes;
  }

  private static Path find(Path folder, String start) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(path -> folder.relativize(path).toString().startsWith(start))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void sql(Path state, String statement) throws SQLException {
    String url = "jdbc:sqlite:" + state.resolve("state.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement sql = connection.createStatement()) {
      assertTrue(sql.executeUpdate(statement) > 0, statement);
    }
  }

  @Test
  void check_folderOfAKilledCoordinator_isWholeAndStaysByteEqual() throws IOException {
    Path state = killed();
    Map<String, Digest> before = bytes(state);

    List<StateFinding> findings = StateCheck.run(state);

    assertEquals(List.of(), findings.stream().filter(StateFinding::isFailed).toList());
    assertEquals(before, bytes(state));
    String all = String.join("\n", findings.stream().map(StateFinding::line).toList());
    assertTrue(all.contains("53 transitions of 3 runs fit their chains"), all);
    assertTrue(all.contains("2 files of receipted updates are whole"), all);
  }

  @ParameterizedTest
  @CsvSource({
    "artifacts/sha256/3c, manifest of a base model",
    "artifacts/sha256/68, file model.safetensors of a base model",
    "artifacts/sha256/ad, checkpoint file",
    "artifacts/sha256/38, checkpoint file",
    "spool/tiny-rh5q3j, update of tiny-rh5q3j/1/1/a"
  })
  void check_missingOrAlteredFile_namesItAndSaysWhatToDo(String where, String what)
      throws IOException {
    Path state = killed();
    Path file = find(state, where);
    byte[] good = Files.readAllBytes(file);
    byte[] altered = good.clone();
    altered[altered.length / 2] ^= 4;
    Files.write(file, altered);
    oneFailure(state, file, what);

    Files.delete(file);
    oneFailure(state, file, what);

    Files.write(file, good);
    assertEquals(List.of(), failed(state));
  }

  @Test
  void check_recordThatIsMissingOrOfAnotherRound_namesIt() throws IOException {
    Path state = killed();
    Path file = state.resolve("checkpoints/tiny-sg4gol/1.json");
    Files.copy(
        file.resolveSibling("2.json"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    oneFailure(state, file, "record");

    Files.delete(file);
    oneFailure(state, file, "record");
  }

  private static void oneFailure(Path state, Path file, String what) {
    List<String> lines = failed(state);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("✖ " + what), lines.get(0));
    assertTrue(lines.get(0).contains(file.toString()), lines.get(0));
    assertTrue(lines.get(0).contains(" backup"), lines.get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM transition WHERE run = 'tiny-sg4gol' AND sequence = 1",
        "DELETE FROM transition WHERE run = 'tiny-sg4gol' AND sequence = 9",
        "DELETE FROM transition WHERE run = 'tiny-sg4gol' AND sequence = 32",
        "DELETE FROM run WHERE run = 'tiny-sg4gol'",
        "UPDATE transition SET sequence = CASE sequence WHEN 5 THEN 600 ELSE 5 END"
            + " WHERE run = 'tiny-sg4gol' AND sequence IN (5)",
        "UPDATE transition SET json = replace(json, '10', '11') WHERE run = 'tiny-sg4gol'",
      })
  void check_rowMissingChangedOrMoved_namesTheRun(String tampering) throws Exception {
    Path state = killed();
    sql(state, tampering);

    List<String> lines = failed(state);

    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("run tiny-sg4gol sequence"), lines.get(0));
    assertTrue(lines.get(0).contains("backup"), lines.get(0));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 4096, 4096 * 3, 4096 * 6, 4096 * 9})
  void damagedPage_isRefusedAtTheStartAndByTheCheck(int position) throws Exception {
    Path state = killed();
    sql(state, "UPDATE meta SET value = value"); // and the log is written back
    Files.deleteIfExists(state.resolve("state.db-wal"));
    Files.deleteIfExists(state.resolve("state.db-shm"));
    try (var file = new RandomAccessFile(state.resolve("state.db").toFile(), "rw")) {
      file.seek(position);
      byte[] noise = new byte[200];
      new java.util.SplittableRandom(position).nextBytes(noise);
      file.write(noise);
    }
    Map<String, Digest> before = bytes(state);

    List<String> lines = failed(state);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(lines.get(0).contains("state.db"), lines.get(0));
    assertEquals(before, bytes(state));

    var thrown = assertThrows(FederationException.class, () -> new TestFederation(folder).close());
    assertEquals(ErrorKind.CORRUPT, thrown.kind(), thrown.sentence());
    assertTrue(thrown.sentence().contains("backup"), thrown.sentence());
  }

  @Test
  void backup_whileRoundsGoOn_eachIsWholeAndGoesOnToTheSameDigest() throws Exception {
    Path home = Files.createDirectories(folder.resolve("home"));
    try (var federation = new TestFederation(home)) {
      federation.node("a", 0.5f);
      federation.node("b", 0.25f);
      String run = federation.start(ROUNDS, PAIR).getRun();
      CompletableFuture<RunView> end =
          CompletableFuture.supplyAsync(() -> federation.awaitEnd(run));
      int made = 0;
      while (!end.isDone() || made == 0) {
        Path copy = folder.resolve("backup-" + made++);
        StateBackup.run(home.resolve("state"), copy, DurableFiles.unforced());
        assertEquals(List.of(), failed(copy));
        assertEquals(List.of(), failed(home.resolve("state")));
      }
      String digest = end.get().getFinalDigest();

      // the nodes are ahead of what is restored: they have finished all its rounds
      Path first = folder.resolve("backup-0");
      federation.restart(
          Failpoints.none(), Disk.system(), () -> replace(home.resolve("state"), first));
      RunView again = federation.awaitEnd(run);

      assertEquals("completed", again.getState(), again.getReason());
      assertEquals(digest, again.getFinalDigest());
      assertEquals("stands", again.getDeterminism());
    }
  }

  private static void replace(Path state, Path backup) {
    DurableFiles.unforced().deleteTree(state);
    DurableFiles.unforced().publishFolder(backup, state);
  }

  @Test
  void backup_targetThatHoldsFilesOrLiesInside_isRefused() throws IOException {
    Path state = killed();
    Path full = Files.createDirectories(folder.resolve("full"));
    Files.writeString(full.resolve("x"), "mine");
    Map<String, Digest> before = bytes(folder);

    refused(ErrorKind.ALREADY_EXISTS, state, full);
    refused(ErrorKind.INVALID_CONFIG, state, state.resolve("backup"));

    assertEquals(before, bytes(folder));
  }

  @Test
  void backup_ofAFolderWithALoss_isRefusedAndLeavesNothing() throws IOException {
    Path state = killed();
    Path file = find(state, "spool/tiny-rh5q3j");
    Files.delete(file);

    var thrown = refused(ErrorKind.CORRUPT, state, folder.resolve("copy"));

    assertTrue(thrown.sentence().contains(file.toString()), thrown.sentence());
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(state), left.toList());
    }
  }

  private static FederationException refused(ErrorKind kind, Path state, Path target) {
    var thrown =
        assertThrows(
            FederationException.class,
            () -> StateBackup.run(state, target, DurableFiles.unforced()));
    assertEquals(kind, thrown.kind(), thrown.sentence());
    return thrown;
  }
}
