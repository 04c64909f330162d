package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not fit into the spool is refused; {@link BadPeerTest} has the bad updates. */
class BadUpdateTest {
  @TempDir Path folder;

  @Test
  void submit_spoolFull_refusedAsFullWithNothingStored() throws Exception {
    try (var federation =
        new TestFederation(
            folder,
            "full",
            ", \"limits\": {\"spool\": \"600B\", \"update\": \"600B\"}",
            Failpoints.none())) {
      ScriptedNode a = federation.node("a", 0.5f);
      federation.node("b", 0.5f).refusals = a.refusals;
      federation.start(1, "\"cohort\": {\"quorum\": 2, \"nodes\": [\"a\", \"b\"]}");

      FederationException refusal = a.refusals.take();

      assertEquals(ErrorKind.FULL, refusal.kind());
      assertTrue(refusal.sentence().contains("limits.spool"), refusal.sentence());
      try (Stream<Path> stored = Files.walk(folder.resolve("state/spool"))) {
        assertTrue(stored.filter(Files::isRegularFile).count() <= 1);
      }
    }
  }
}
