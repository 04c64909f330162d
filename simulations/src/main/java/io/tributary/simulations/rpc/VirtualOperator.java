package io.tributary.simulations.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.StatusRuntimeException;
import io.tributary.federation.Digest;
import io.tributary.federation.RunId;
import io.tributary.federation.plan.Plan;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.proto.v1.WatchRequest;
import io.tributary.simulations.engine.RunResult;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.PeerChannels;
import io.tributary.transport.Retry;
import io.tributary.transport.artifact.ArtifactClient;
import io.tributary.transport.artifact.ManifestFiles;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts runs at a coordinator in this process and waits for their ends. */
public final class VirtualOperator {
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final PeerChannels channels;
  private final Retry retry;

  public VirtualOperator(PeerChannels channels, Retry retry) {
    this.channels = requireNonNull(channels, "channels");
    this.retry = requireNonNull(retry, "retry");
  }

  /** Brings the base model to the coordinator and starts a run of the plan. */
  public RunId start(Plan plan, Path base) {
    ManifestFiles folder = ManifestFiles.ofFolder(base);
    var artifacts = new ArtifactClient(channels.bulk(0), IDLE, retry);
    var lacking = artifacts.missing(folder.files());
    artifacts.put(
        folder.files().stream().filter(file -> lacking.contains(file.digest())).toList(),
        TransferListener.silent());
    StartRunRequest request =
        StartRunRequest.newBuilder()
            .setPlan(plan.withBase(folder.manifest().digest()).toJson().canonical())
            .setBaseManifest(folder.manifest().toJson().canonical())
            .build();
    try {
      return new RunId(
          OperationsGrpc.newBlockingStub(channels.control()).startRun(request).getRun());
    } catch (StatusRuntimeException e) {
      throw ErrorStatus.fromStatus(e);
    }
  }

  /** Waits for the run to end or to be held. */
  public RunResult await(RunId run, Duration longest) {
    WatchRequest request =
        WatchRequest.newBuilder().setRun(run.value()).setOnlyNewRounds(true).build();
    try {
      Iterator<RunView> views =
          OperationsGrpc.newBlockingStub(channels.control())
              .withDeadlineAfter(longest.toMillis(), TimeUnit.MILLISECONDS)
              .watchRun(request);
      RunView last = RunView.getDefaultInstance();
      List<RunResult.Round> rounds = new ArrayList<>();
      while (views.hasNext() && !last.getState().equals("paused")) {
        last = views.next();
        last.getRoundsList().stream().map(VirtualOperator::round).forEach(rounds::add);
      }
      return result(last, rounds);
    } catch (StatusRuntimeException e) {
      throw ErrorStatus.fromStatus(e);
    }
  }

  private static RunResult result(RunView view, List<RunResult.Round> rounds) {
    return new RunResult(
        new RunId(view.getRun()),
        view.getState(),
        view.getReason(),
        view.getFinalDigest().isEmpty() ? Digest.ofUtf8("") : Digest.parse(view.getFinalDigest()),
        rounds);
  }

  private static RunResult.Round round(RoundView view) {
    return new RunResult.Round(
        view.getRound(),
        view.getUpdates(),
        view.getRefused(),
        view.getEvaluation().getLoss(),
        view.getEvaluation().getAccuracy());
  }
}
