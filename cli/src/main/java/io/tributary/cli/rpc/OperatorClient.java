package io.tributary.cli.rpc;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.tributary.cli.view.NodeStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.AboutReply;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.EvictNodeRequest;
import io.tributary.proto.v1.ExportReply;
import io.tributary.proto.v1.ExportRequest;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.ListNodesRequest;
import io.tributary.proto.v1.ListRunsRequest;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.OperationsGrpc.OperationsBlockingStub;
import io.tributary.proto.v1.ReloadRequest;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.proto.v1.WatchRequest;
import io.tributary.transport.ErrorStatus;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Calls the service {@code Operations} over a channel, which it does not own. */
public final class OperatorClient implements OperatorCalls {
  private static final Duration CALL = Duration.ofSeconds(30);

  /**
   * Starting a run reads the base model and writes checkpoint 0, which takes a large model long.
   */
  private static final Duration START = Duration.ofMinutes(10);

  private static final Duration WATCH = Duration.ofHours(6);
  private static final int RECONNECTS = 60;

  private final OperationsBlockingStub stub;
  private final String address;

  /**
   * A client of one coordinator.
   *
   * @param address of the coordinator, for messages only
   */
  public OperatorClient(Channel control, String address) {
    this.stub = OperationsGrpc.newBlockingStub(control);
    this.address = address;
  }

  @Override
  public RunStatus startRun(String plan, String baseManifest, String from) {
    StartRunRequest request =
        StartRunRequest.newBuilder()
            .setPlan(plan)
            .setBaseManifest(baseManifest)
            .setFrom(from)
            .build();
    return Views.run(answer(() -> within(START).startRun(request)));
  }

  @Override
  public List<RunStatus> listRuns() {
    return answer(() -> within(CALL).listRuns(ListRunsRequest.getDefaultInstance()))
        .getRunsList()
        .stream()
        .map(Views::run)
        .toList();
  }

  @Override
  public RunStatus showRun(String run) {
    return Views.run(answer(() -> within(CALL).showRun(request(run))));
  }

  @Override
  public void watchRun(String run, Predicate<RunStatus> more) {
    long seen = 0;
    int failures = 0;
    while (true) {
      try {
        WatchRequest request =
            WatchRequest.newBuilder().setRun(run).setSince(seen).setOnlyNewRounds(true).build();
        Iterator<RunView> views = within(WATCH).watchRun(request);
        Optional<RunStatus> last = Optional.empty();
        while (views.hasNext()) {
          RunStatus news = Views.run(views.next());
          RunStatus status = last.map(news::after).orElse(news);
          last = Optional.of(status);
          seen = status.change();
          failures = 0;
          if (!more.test(status)) {
            return;
          }
        }
        return;
      } catch (StatusRuntimeException e) {
        FederationException failure = failure(e);
        boolean lost =
            failure.kind() == ErrorKind.UNREACHABLE || failure.kind() == ErrorKind.TIMED_OUT;
        if (seen == 0 || !lost || ++failures > RECONNECTS) {
          throw failure;
        }
        // a coordinator that restarts goes on with the run
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      }
    }
  }

  @Override
  public RunStatus stopRun(String run) {
    return Views.run(answer(() -> within(CALL).stopRun(request(run))));
  }

  @Override
  public RunStatus pauseRun(String run) {
    return Views.run(answer(() -> within(CALL).pauseRun(request(run))));
  }

  @Override
  public RunStatus resumeRun(String run) {
    return Views.run(answer(() -> within(CALL).resumeRun(request(run))));
  }

  @Override
  public ExportParts export(String run, String which) {
    ExportRequest request = ExportRequest.newBuilder().setRun(run).setWhich(which).build();
    ExportReply reply = answer(() -> within(CALL).export(request));
    return new ExportParts(
        reply.getPlan(),
        reply.getBaseManifest(),
        file(reply.getTrained()),
        reply.hasStatistics() ? Optional.of(file(reply.getStatistics())) : Optional.empty(),
        reply.getRound(),
        reply.getCheckpoint(),
        reply.getProvenance());
  }

  private static StoredFile file(FileReference file) {
    return new StoredFile(Digest.parse(file.getDigest()), file.getSize());
  }

  @Override
  public List<NodeStatus> listNodes() {
    return answer(() -> within(CALL).listNodes(ListNodesRequest.getDefaultInstance()))
        .getNodesList()
        .stream()
        .map(Views::node)
        .toList();
  }

  @Override
  public NodeStatus evictNode(String node, String reason) {
    EvictNodeRequest request =
        EvictNodeRequest.newBuilder().setNode(node).setReason(reason).build();
    return Views.node(answer(() -> within(CALL).evictNode(request)));
  }

  @Override
  public int reload() {
    return answer(() -> within(CALL).reload(ReloadRequest.getDefaultInstance())).getRevoked();
  }

  @Override
  public About about() {
    AboutReply reply = answer(() -> within(CALL).about(AboutRequest.getDefaultInstance()));
    return new About(reply.getVersion(), reply.getFederation(), reply.getEpoch());
  }

  @Override
  public void close() {
    // the channel belongs to whoever opened it
  }

  private OperationsBlockingStub within(Duration time) {
    return stub.withDeadlineAfter(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static RunRequest request(String run) {
    return RunRequest.newBuilder().setRun(run).build();
  }

  private <T> T answer(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw failure(e);
    }
  }

  /** What the coordinator said; where it can't be reached, which one that is. */
  private FederationException failure(StatusRuntimeException status) {
    FederationException failure = ErrorStatus.fromStatus(status);
    String start = "coordinator:";
    return failure.kind() == ErrorKind.UNREACHABLE && failure.sentence().startsWith(start)
        ? new FederationException(
            failure.kind(),
            "coordinator " + address + ":" + failure.sentence().substring(start.length()),
            failure)
        : failure;
  }
}
