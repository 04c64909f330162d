package io.tributary.coordinator.effect;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.HashedSource;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.artifact.VerifiedFiles;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The spooled files of one update, held against the digests of its receipt while they are read for
 * the gate: one pass instead of two. What the gate said counts only after {@link #check}. For one
 * thread.
 */
final class ReceiptedFiles {
  private record Reading(VerifiedFiles.Check check, HashedSource bytes) {}

  private final SortedMap<String, ByteSource> sources = new TreeMap<>();
  private final List<Reading> readings = new ArrayList<>();

  private ReceiptedFiles() {}

  /** Opens the files of an update; those whose bytes are known to be right are not hashed again. */
  static ReceiptedFiles open(
      AssignmentId assignment,
      UpdateFacts facts,
      Spool spool,
      CheckpointStore checkpoints,
      OpenFiles files)
      throws IOException {
    var receipted = new ReceiptedFiles();
    for (UpdateGroup group : facts.groups()) {
      Optional<ByteSource> held = spool.held(assignment, group.name());
      if (held.isPresent()) {
        receipted.sources.put(group.name(), held.get());
        continue;
      }
      Path file = spool.file(assignment, group.name());
      ByteSource bytes = files.open(file);
      VerifiedFiles.Check check =
          checkpoints.beginCheck("spooled update", file, group.file().digest());
      if (!check.isKnown()) {
        var hashed = new HashedSource(bytes);
        receipted.readings.add(new Reading(check, hashed));
        bytes = hashed;
      }
      receipted.sources.put(group.name(), bytes);
    }
    return receipted;
  }

  SortedMap<String, ByteSource> sources() {
    return Collections.unmodifiableSortedMap(sources);
  }

  /** Refused with CORRUPT, naming the file, where bytes are not those of the receipt. */
  void check() throws IOException {
    for (Reading reading : readings) {
      reading.check().end(reading.bytes().digest());
    }
  }
}
