package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.RunId;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptStatesTest {
  private static final RunId RUN = new RunId("run-a");

  @TempDir Path state = Path.of("");

  private UpdateStore open() {
    return UpdateStore.open(state, DurableFiles.forced());
  }

  private static AssignmentId id(int round, int attempt) {
    return AssignmentId.parse("run-a/" + round + "/" + attempt + "/site");
  }

  private static void keep(UpdateStore store, AssignmentId id, String content) throws IOException {
    Path made = Files.createDirectory(store.workFolder(id).resolve("kept"));
    Files.writeString(made.resolve("optimizer.safetensors"), content);
    store.keptStates().keep(id, made);
  }

  private static String content(Optional<Path> folder) throws IOException {
    return Files.readString(folder.orElseThrow().resolve("optimizer.safetensors"));
  }

  @Test
  void base_lastCounted_isFoundAfterARestartAsOftenAsItIsAskedFor() throws IOException {
    keep(open(), id(1, 1), "one");
    assertEquals("one", content(open().keptStates().base(RUN, Optional.of(id(1, 1)))));
    // round 2 is trained, its update never counts, and the round is done again
    keep(open(), id(2, 1), "two");
    assertEquals("one", content(open().keptStates().base(RUN, Optional.of(id(1, 1)))));
    assertFalse(Files.exists(state.resolve("kept/run-a/2-1")));
  }

  @Test
  void base_stateThatIsGone_startsFresh() {
    assertEquals(Optional.empty(), open().keptStates().base(RUN, Optional.of(id(1, 1))));
    assertEquals(Optional.empty(), open().keptStates().base(RUN, Optional.empty()));
  }

  @Test
  void keep_sameAssignmentAgain_theLastOneStays() throws IOException {
    UpdateStore store = open();
    keep(store, id(1, 1), "first");
    keep(store, id(1, 1), "second");
    assertEquals("second", content(store.keptStates().base(RUN, Optional.of(id(1, 1)))));
  }

  @Test
  void keep_moreRunsThanAreKept_theOldestGoes() throws IOException {
    UpdateStore store = open();
    for (int run = 0; run <= KeptStates.RUNS; run++) {
      keep(store, AssignmentId.parse("run-" + run + "/1/1/site"), "x");
      Path folder = state.resolve("kept/run-" + run);
      Files.setLastModifiedTime(
          folder, java.nio.file.attribute.FileTime.fromMillis(1_000_000L * (run + 1)));
    }
    assertFalse(Files.exists(state.resolve("kept/run-0")));
    for (int run = 1; run <= KeptStates.RUNS; run++) {
      assertTrue(Files.exists(state.resolve("kept/run-" + run)));
    }
  }
}
