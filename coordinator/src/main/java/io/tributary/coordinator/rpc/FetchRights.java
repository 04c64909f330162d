package io.tributary.coordinator.rpc;

import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.RecentlyUsed;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.manifest.ManifestEntry;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a node may fetch: the artifacts that an open assignment of its own names. */
final class FetchRights {
  /** Base models whose lists of files are remembered. */
  private static final int BASES = 64;

  private final RoundDriver driver;
  private final BaseModels bases;
  private final Map<Digest, Set<Digest>> files = new RecentlyUsed<>(BASES);

  FetchRights(RoundDriver driver, BaseModels bases) {
    this.driver = driver;
    this.bases = bases;
  }

  /** The open assignment of the node that names the artifact; NOT_ADMITTED where there is none. */
  AssignmentId check(NodeName node, Digest artifact) {
    for (RunState run : driver.world().runs().values()) {
      for (AssignmentRecord assignment : run.open().live()) {
        if (assignment.node().equals(node) && names(run, assignment, artifact)) {
          return assignment.id();
        }
      }
    }
    throw FederationException.of(
        ErrorKind.NOT_ADMITTED,
        "artifact",
        artifact,
        "one that an open assignment of " + node + " names",
        "Wait for an assignment.");
  }

  private boolean names(RunState run, AssignmentRecord assignment, Digest artifact) {
    Digest base = run.spec().base().digest();
    return artifact.equals(base)
        || run.checkpointOf(assignment).travelling().anyMatch(artifact::equals)
        || files(base).contains(artifact);
  }

  private Set<Digest> files(Digest base) {
    synchronized (files) {
      Set<Digest> known = files.get(base);
      if (known != null) {
        return known;
      }
    }
    Set<Digest> listed = listed(base);
    synchronized (files) {
      files.put(base, listed);
    }
    return listed;
  }

  private Set<Digest> listed(Digest base) {
    return bases.manifest(base).entries().stream()
        .map(ManifestEntry::digest)
        .collect(Collectors.toUnmodifiableSet());
  }
}
