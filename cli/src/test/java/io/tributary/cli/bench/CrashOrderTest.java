package io.tributary.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class CrashOrderTest {
  @TempDir Path folder = Path.of("");

  private static void refused(String part, Executable order) {
    FederationException refusal = assertThrows(FederationException.class, order);
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().contains(part), refusal.sentence());
  }

  @Test
  void failpoints_wordsAndNames_areRead() {
    assertEquals(Failpoints.names(), CrashOrder.failpoints("all"));
    assertEquals(List.of(), CrashOrder.failpoints("none"));
    assertEquals(
        List.of(Failpoints.UPDATE_FORCED, Failpoints.AFTER_COMMIT),
        CrashOrder.failpoints("update.forced,driver.after-commit"));
    refused("update.lost", () -> CrashOrder.failpoints("update.forced,update.lost"));
  }

  @Test
  void targets_namesAndOthers_areReadOrRefused() {
    assertEquals(
        List.of(KillTarget.COORDINATOR_WORKER, KillTarget.BOTH),
        KillTarget.list("coordinator-worker, both"));
    refused("printer", () -> KillTarget.list("printer"));
  }

  @Test
  void numbers_outOfRange_areRefused() {
    var settings = new BenchSettings(folder, BenchModel.TABULAR, 1, 3, 3);
    refused("--points", () -> new CrashOrder(settings, -1, List.of(), List.of(), Optional.empty()));
    refused("--nodes", () -> new BenchSettings(folder, BenchModel.TABULAR, 1, 0, 3));
    refused("--rounds", () -> new BenchSettings(folder, BenchModel.TABULAR, 1, 3, 0));
  }

  @Test
  void everyFailpoint_hasAWayThere() {
    for (String name : Failpoints.names()) {
      assertTrue(Trouble.times(name) >= 1, name);
    }
    assertEquals(Trouble.RESTART, Trouble.of(Failpoints.before("CoordinatorStarted")));
    assertEquals(Trouble.NONE, Trouble.of(Failpoints.UPDATE_FORCED));
    assertEquals(1, Trouble.times(Failpoints.after("RunCreated")));
  }

  @Test
  void journal_thatIsNotThere_isNothingJournaled() {
    JournalReading reading =
        JournalReading.of(folder.resolve("state"), folder.resolve("copy"), "run");
    assertEquals(new JournalReading("nothing journaled", new TreeMap<>(), List.of()), reading);
  }
}
