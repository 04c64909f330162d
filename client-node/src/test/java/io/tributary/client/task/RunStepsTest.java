package io.tributary.client.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.RunId;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStepsTest {
  @TempDir Path folder = Path.of("");

  private RunSteps open() {
    return new RunSteps(folder.resolve("runs"), DurableFiles.forced());
  }

  @Test
  void kept_isKnownAfterARestart() {
    assertEquals(0, open().of(new RunId("a")));
    open().keep(new RunId("a"), 17);
    assertEquals(17, open().of(new RunId("a")));
    assertEquals(0, open().of(new RunId("b")));
  }

  @Test
  void damaged_isAsNone() throws IOException {
    open().keep(new RunId("a"), 17);
    Files.writeString(folder.resolve("runs/a.json"), "{\"steps-per");
    assertEquals(0, open().of(new RunId("a")));
    open().keep(new RunId("a"), 18);
    assertEquals(18, open().of(new RunId("a")));
  }

  @Test
  void oldestRuns_areForgotten() throws IOException {
    for (int run = 0; run < RunSteps.KEPT; run++) {
      open().keep(new RunId("r" + run), 1);
      Files.setLastModifiedTime(
          folder.resolve("runs/r" + run + ".json"), FileTime.fromMillis(1_000L * (run + 1)));
    }
    assertEquals(1, open().of(new RunId("r0")));
    open().keep(new RunId("new"), 5);
    assertEquals(0, open().of(new RunId("r0")));
    assertEquals(1, open().of(new RunId("r1")));
    assertEquals(5, open().of(new RunId("new")));
  }
}
