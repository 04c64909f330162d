package io.tributary.coordinator.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tributary.coordinator.admission.RunAdmission;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.CheckpointStore;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.driver.RunSnapshot;
import io.tributary.coordinator.registry.NodeRegistry;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunSpec;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.RunId;
import io.tributary.proto.v1.AboutReply;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.EvictNodeRequest;
import io.tributary.proto.v1.ExportReply;
import io.tributary.proto.v1.ExportRequest;
import io.tributary.proto.v1.ListNodesReply;
import io.tributary.proto.v1.ListNodesRequest;
import io.tributary.proto.v1.ListRunsReply;
import io.tributary.proto.v1.ListRunsRequest;
import io.tributary.proto.v1.NodeView;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.ReloadReply;
import io.tributary.proto.v1.ReloadRequest;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.proto.v1.WatchRequest;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.PeerContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask for. */
public final class OperationsService extends OperationsGrpc.OperationsImplBase {
  /**
   * What the service works with.
   *
   * @param reload reads revocations again and gives their number
   * @param watching sends views to watchers
   */
  public record Parts(
      FederationName federation,
      String version,
      Instant started,
      RoundDriver driver,
      NodeRegistry registry,
      RunAdmission admission,
      CheckpointStore checkpoints,
      BaseModels bases,
      IntSupplier reload,
      Executor watching) {}

  private static final Logger LOG = LoggerFactory.getLogger(OperationsService.class);

  private final Parts parts;
  private final Exports exports;

  public OperationsService(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
    this.exports = new Exports(parts.checkpoints(), parts.bases());
  }

  @Override
  public void startRun(StartRunRequest request, StreamObserver<RunView> out) {
    RunSpec spec;
    try {
      spec =
          parts
              .admission()
              .admit(request.getPlan(), request.getBaseManifest(), request.getFrom(), operator());
    } catch (RuntimeException e) {
      out.onError(ErrorStatus.toStatus(e));
      return;
    }
    LOG.debug("run {} admitted for {}", spec.run(), spec.startedBy());
    Answers.when(
        out,
        parts
            .driver()
            .submit(new RoundEvent.RunAsked(spec))
            .whenComplete((answer, failure) -> parts.admission().settled(spec))
            .thenApply(
                answer -> {
                  answer.orThrow();
                  return RunViews.of(snapshot(spec.run()));
                }));
  }

  @Override
  public void listRuns(ListRunsRequest request, StreamObserver<ListRunsReply> out) {
    Answers.of(
        out,
        () -> {
          ListRunsReply.Builder reply = ListRunsReply.newBuilder();
          parts.driver().snapshots().forEach(run -> reply.addRuns(RunViews.of(run)));
          return reply.build();
        });
  }

  @Override
  public void showRun(RunRequest request, StreamObserver<RunView> out) {
    Answers.of(
        out, () -> RunViews.of(snapshot(new RunId(request.getRun())).whole(parts.driver().past())));
  }

  @Override
  public void watchRun(WatchRequest request, StreamObserver<RunView> out) {
    try {
      RunId run = snapshot(new RunId(request.getRun())).state().run();
      var call = (ServerCallStreamObserver<RunView>) out;
      WatchCall.begin(run, request, parts.driver(), call, parts.watching());
    } catch (RuntimeException e) {
      out.onError(ErrorStatus.toStatus(e));
    }
  }

  @Override
  public void stopRun(RunRequest request, StreamObserver<RunView> out) {
    change(request, out, new Wish(RoundEvent.StopAsked::new));
  }

  @Override
  public void pauseRun(RunRequest request, StreamObserver<RunView> out) {
    change(request, out, new Wish(RoundEvent.PauseAsked::new));
  }

  @Override
  public void resumeRun(RunRequest request, StreamObserver<RunView> out) {
    change(request, out, new Wish((run, by) -> new RoundEvent.ResumeAsked(run)));
  }

  /** Makes the event of an operator's wish. */
  private record Wish(java.util.function.BiFunction<RunId, String, RoundEvent> event) {}

  private void change(RunRequest request, StreamObserver<RunView> out, Wish wish) {
    RunId run;
    try {
      run = snapshot(new RunId(request.getRun())).state().run();
    } catch (RuntimeException e) {
      out.onError(ErrorStatus.toStatus(e));
      return;
    }
    Answers.when(
        out,
        parts
            .driver()
            .submit(wish.event().apply(run, operator()))
            .thenApply(
                answer -> {
                  answer.orThrow();
                  return RunViews.of(snapshot(run));
                }));
  }

  @Override
  public void export(ExportRequest request, StreamObserver<ExportReply> out) {
    Answers.of(
        out, () -> exports.of(snapshot(new RunId(request.getRun())).state(), request.getWhich()));
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> out) {
    Answers.of(
        out,
        () -> {
          ListNodesReply.Builder reply = ListNodesReply.newBuilder();
          Map<NodeName, AssignmentId> working = working();
          parts.registry().all().forEach(entry -> reply.addNodes(view(entry, working)));
          return reply.build();
        });
  }

  @Override
  public void evictNode(EvictNodeRequest request, StreamObserver<NodeView> out) {
    Answers.of(
        out,
        () -> {
          String reason = NodeMessages.sentence(request.getReason());
          // whom the list names must not come back: read it before the node is sent away
          LOG.debug("{} certificates revoked", parts.reload().getAsInt());
          var entry =
              parts
                  .registry()
                  .evict(
                      new NodeName(request.getNode()),
                      reason.isEmpty() ? "evicted by " + operator() : reason);
          LOG.debug("node {} evicted by {}", entry.name(), operator());
          return view(entry, working());
        });
  }

  @Override
  public void reload(ReloadRequest request, StreamObserver<ReloadReply> out) {
    Answers.of(out, () -> ReloadReply.newBuilder().setRevoked(parts.reload().getAsInt()).build());
  }

  @Override
  public void about(AboutRequest request, StreamObserver<AboutReply> out) {
    Answers.of(
        out,
        () ->
            AboutReply.newBuilder()
                .setVersion(parts.version())
                .setFederation(parts.federation().value())
                .setEpoch(parts.driver().epoch())
                .setStarted(Times.timestamp(parts.started()))
                .build());
  }

  /** What each node works on; one look at the runs for a whole list of nodes. */
  private Map<NodeName, AssignmentId> working() {
    Map<NodeName, AssignmentId> working = new HashMap<>();
    for (RunState run : parts.driver().world().runs().values()) {
      run.open().live().forEach(live -> working.putIfAbsent(live.node(), live.id()));
    }
    return working;
  }

  private static NodeView view(NodeRegistry.Entry entry, Map<NodeName, AssignmentId> working) {
    NodeView.Builder view =
        NodeView.newBuilder()
            .setName(entry.name().value())
            .setState(entry.presence().token())
            .setDevice(entry.facts().device())
            .setVersion(entry.facts().version())
            .setTrainExamples(entry.facts().trainExamples())
            .setSince(Times.timestamp(entry.since()))
            .setCertificateSerial(entry.facts().serial())
            .setCertificateEnds(Times.timestamp(entry.facts().certificateEnds()));
    AssignmentId assignment = working.get(entry.name());
    if (assignment != null) {
      view.setAssignment(assignment.toString());
    }
    return view.build();
  }

  private RunSnapshot snapshot(RunId run) {
    return parts
        .driver()
        .snapshot(run)
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.NOT_FOUND,
                    "run " + run,
                    "unknown",
                    "a run of this coordinator",
                    "See: tributary run list."));
  }

  private static String operator() {
    return PeerContext.current().name().name();
  }
}
