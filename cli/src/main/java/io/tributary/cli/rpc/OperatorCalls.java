package io.tributary.cli.rpc;

import io.tributary.cli.view.NodeStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What an operator asks of a coordinator. Failures are FederationExceptions of the kind sent. */
public interface OperatorCalls extends AutoCloseable {
  /** A file in the coordinator's store. */
  record StoredFile(Digest digest, long size) {}

  /**
   * What an export is made of.
   *
   * @param plan canonical JSON of the resolved plan
   * @param baseManifest canonical JSON
   * @param provenance canonical JSON
   */
  record ExportParts(
      String plan,
      String baseManifest,
      StoredFile trained,
      Optional<StoredFile> statistics,
      int round,
      String checkpoint,
      String provenance) {}

  /** Which coordinator answers. */
  record About(String version, String federation, long epoch) {}

  /**
   * Starts a run.
   *
   * @param from the checkpoint to go on from, such as {@code RUN:best}; empty: the base model
   */
  RunStatus startRun(String plan, String baseManifest, String from);

  List<RunStatus> listRuns();

  RunStatus showRun(String run);

  /** Hands every view to {@code more} until the run ends or {@code more} answers false. */
  void watchRun(String run, Predicate<RunStatus> more);

  RunStatus stopRun(String run);

  RunStatus pauseRun(String run);

  RunStatus resumeRun(String run);

  ExportParts export(String run, String which);

  List<NodeStatus> listNodes();

  NodeStatus evictNode(String node, String reason);

  /** Reads the revocation list again; answers how many certificates it revokes. */
  int reload();

  About about();

  @Override
  void close();
}
