package io.tributary.coordinator.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.AssignmentId;
import io.tributary.federation.DataSize;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeldUpdatesTest {
  private static final DataSize LIMIT = DataSize.parse("1MB");

  @TempDir Path folder;

  @Test
  void keep_updatesOfARound_areThereUntilItIsDropped() throws IOException {
    var held = new HeldUpdates(100);
    assertTrue(held.keep(id(1, "a"), Map.of("delta", new byte[40])));
    assertTrue(held.keep(id(2, "a"), Map.of("delta", new byte[40])));
    assertFalse(held.keep(id(2, "b"), Map.of("delta", new byte[40])), "no room for a third");
    held.drop(id(1, "a").round());
    assertTrue(held.find(id(1, "a"), "delta").isEmpty());
    assertEquals(40, held.find(id(2, "a"), "delta").orElseThrow().size());
    assertTrue(held.keep(id(2, "b"), Map.of("delta", new byte[40])), "its room is free again");
  }

  @Test
  void keep_sameAssignmentAgain_countsTheNewestAlone() throws IOException {
    var held = new HeldUpdates(100);
    assertTrue(held.keep(id(1, "a"), Map.of("delta", new byte[90])));
    assertTrue(held.keep(id(1, "a"), Map.of("delta", new byte[95])));
    assertEquals(95, held.find(id(1, "a"), "delta").orElseThrow().size());
  }

  @Test
  void spool_withoutForcing_holdsInMemoryAndClearsIt() throws IOException {
    Spool spool =
        Spool.open(Files.createDirectory(folder.resolve("a")), LIMIT, DurableFiles.unforced());
    AssignmentId id = id(1, "a");
    assertThrows(
        FederationException.class,
        () -> spool.keep(id, Map.of("delta", new byte[8])),
        "no room was reserved");
    spool.reserve(id, 8);
    spool.keep(id, Map.of("delta", new byte[8]));
    assertTrue(spool.held(id, "delta").isPresent());
    assertFalse(Files.exists(spool.file(id, "delta")));
    spool.clear(id.round());
    assertTrue(spool.held(id, "delta").isEmpty());
    assertEquals(0, spool.usedBytes());
  }

  @Test
  void spool_withoutForcing_clearsSomeOfARound() throws IOException {
    Spool spool =
        Spool.open(Files.createDirectory(folder.resolve("c")), LIMIT, DurableFiles.unforced());
    for (AssignmentId id : List.of(id(1, "a"), id(1, "b"))) {
      spool.reserve(id, 8);
      spool.keep(id, Map.of("delta", new byte[8]));
    }
    spool.clear(Set.of(id(1, "a"), id(2, "a")));
    assertTrue(spool.held(id(1, "a"), "delta").isEmpty());
    assertTrue(spool.held(id(1, "b"), "delta").isPresent());
    assertEquals(8, spool.usedBytes());
  }

  @Test
  void drop_assignment_freesItsRoom() {
    var held = new HeldUpdates(100);
    assertTrue(held.keep(id(1, "a"), Map.of("delta", new byte[90])));
    held.drop(id(1, "a"));
    held.drop(id(1, "a"));
    assertTrue(held.keep(id(1, "b"), Map.of("delta", new byte[100])));
  }

  @Test
  void spool_thatForces_writesFiles() throws IOException {
    Spool spool =
        Spool.open(Files.createDirectory(folder.resolve("b")), LIMIT, DurableFiles.forced());
    AssignmentId id = id(1, "a");
    spool.reserve(id, 8);
    spool.keep(id, Map.of("delta", new byte[8]));
    assertTrue(spool.held(id, "delta").isEmpty());
    assertEquals(8, Files.size(spool.file(id, "delta")));
    spool.clear(id.round());
    assertFalse(Files.exists(spool.file(id, "delta")));
  }

  private static AssignmentId id(int round, String node) {
    return new AssignmentId(new RoundId(new RunId("run"), round), 1, new NodeName(node));
  }
}
