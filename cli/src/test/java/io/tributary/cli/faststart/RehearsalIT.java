package io.tributary.cli.faststart;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Were the rehearsal broken, starts would only be slower, and nobody would notice. */
class RehearsalIT {
  @Test
  void rehearse_emptyFolder_coordinatorAndNodeMet(@TempDir Path folder) throws Exception {
    Rehearsal.rehearse(folder);

    assertTrue(Files.exists(folder.resolve("state/coordinator/state.db")));
    assertTrue(Files.isDirectory(folder.resolve("state/site/updates")));
  }
}
