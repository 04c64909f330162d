package io.tributary.coordinator.rpc;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.driver.RunListener;
import io.tributary.coordinator.registry.NodeFacts;
import io.tributary.coordinator.registry.NodeLink;
import io.tributary.coordinator.registry.NodeRegistry;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.Digest;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The way in for peers within the process, of which a simulation has thousands: what comes over the
 * wire as messages are calls here, and everything behind them is the same: the events, their
 * answers after the journal's commit, the spool, the gate. Safe for several threads.
 */
public final class DirectPeers {
  /** What stands behind it. */
  public record Parts(
      NodeRegistry registry,
      RoundDriver driver,
      Spool spool,
      CheckpointStore checkpoints,
      BaseModels bases) {}

  private final Parts parts;

  public DirectPeers(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
  }

  /**
   * Makes a node known; {@link DirectNode#enter} lets it be drawn.
   *
   * @param link called from the driver's thread, which it must not keep
   */
  public DirectNode join(NodeName name, NodeFacts facts, NodeLink link) {
    return new DirectNode(parts.registry().join(name, facts, link), parts);
  }

  /** The folder of a base model, whose files all peers share and none may change. */
  public Path base(Digest manifest) {
    return parts.bases().folder(manifest);
  }

  /** The file of an artifact of a checkpoint. */
  public Path artifact(Digest digest) {
    return parts.checkpoints().file(digest);
  }

  /** Tells of every change of a run until the handle is closed. */
  public AutoCloseable watch(RunId run, RunListener listener) {
    return parts.driver().watch(run, listener);
  }

  /** A run as journaled last. */
  public Optional<RunState> run(RunId run) {
    return parts.driver().world().find(run);
  }
}
