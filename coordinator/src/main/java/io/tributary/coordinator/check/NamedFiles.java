package io.tributary.coordinator.check;

import io.tributary.coordinator.artifact.StateFolder;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.coordinator.round.World;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files that a journal needs, each with the digest it must have: base models, kept checkpoints,
 * updates with a receipt whose round is open.
 */
record NamedFiles(SortedMap<Path, Needed> files) {
  /**
   * Why a file is needed.
   *
   * @param what in words
   */
  record Needed(Digest digest, String what, boolean update) {}

  /** Follows the manifests; one that can't be read is needed itself and names nothing. */
  static NamedFiles of(World world, StateFolder state) {
    var named = new NamedFiles(new TreeMap<>());
    for (Digest digest : world.kept()) {
      named.artifact(state, digest, "checkpoint file");
    }
    for (RunState run : world.runs().values()) {
      named.base(state, run.spec().base().digest());
      boolean committed = run.open().round() < run.rounds().size();
      if (!run.phase().ended() && !committed) {
        run.open().spooled().forEach(record -> named.update(state, record));
      }
    }
    return named;
  }

  private void artifact(StateFolder state, Digest digest, String what) {
    files.put(state.artifact(digest), new Needed(digest, what, false));
  }

  private void base(StateFolder state, Digest digest) {
    artifact(state, digest, "manifest of a base model");
    try {
      String json = Files.readString(state.artifact(digest), StandardCharsets.UTF_8);
      for (ManifestEntry entry : Manifest.parse(json).entries()) {
        artifact(state, entry.digest(), "file " + entry.path() + " of a base model");
      }
    } catch (IOException | FederationException e) {
      // the manifest's own digest tells
    }
  }

  private void update(StateFolder state, AssignmentRecord record) {
    record
        .update()
        .ifPresent(
            update -> {
              for (UpdateGroup group : update.groups()) {
                Path file = state.spooled(record.id(), group.name());
                String what = "update of " + record.id();
                files.put(file, new Needed(group.file().digest(), what, true));
              }
            });
  }
}
