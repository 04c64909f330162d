package io.tributary.cli.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.tributary.cli.view.RoundStatus;
import io.tributary.cli.view.RunStatus;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.AssignmentView;
import io.tributary.proto.v1.EvaluationView;
import io.tributary.proto.v1.ListNodesReply;
import io.tributary.proto.v1.ListNodesRequest;
import io.tributary.proto.v1.Metric;
import io.tributary.proto.v1.NodeView;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.RoundView;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.WatchRequest;
import io.tributary.transport.ErrorStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperatorClientTest {
  private final AtomicInteger watches = new AtomicInteger();
  private Server server;
  private ManagedChannel channel;
  private OperatorClient client;

  /** A coordinator that knows one run and cuts the first watch of it. */
  private final class OneRun extends OperationsGrpc.OperationsImplBase {
    @Override
    public void showRun(RunRequest request, StreamObserver<RunView> out) {
      if (request.getRun().equals("topics-1")) {
        out.onNext(view("completed", 9));
        out.onCompleted();
      } else {
        out.onError(
            ErrorStatus.toStatus(
                FederationException.of(
                    ErrorKind.NOT_FOUND, "run", request.getRun(), "a known run", "See the list.")));
      }
    }

    @Override
    public void watchRun(WatchRequest request, StreamObserver<RunView> out) {
      if (request.getRun().equals("long-1")) {
        assertTrue(request.getOnlyNewRounds());
        out.onNext(rounds(1, 0, 1).setPlan("{}").build());
        out.onNext(rounds(2).build());
        out.onNext(rounds(3, 2).build());
        out.onNext(rounds(4, 0, 1, 2, 3).setPlan("{}").build()); // as an older coordinator does
        out.onCompleted();
        return;
      }
      if (watches.getAndIncrement() == 0) {
        out.onNext(view("collecting", 4));
        out.onError(
            ErrorStatus.toStatus(new FederationException(ErrorKind.UNREACHABLE, "gone for now")));
        return;
      }
      assertEquals(4, request.getSince());
      out.onNext(view("completed", 9));
      out.onCompleted();
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> out) {
      out.onNext(
          ListNodesReply.newBuilder()
              .addNodes(NodeView.newBuilder().setName("site-1").setState("connected"))
              .build());
      out.onCompleted();
    }
  }

  private static RunView.Builder rounds(long change, int... rounds) {
    var view = RunView.newBuilder().setRun("long-1").setState("collecting").setChange(change);
    for (int round : rounds) {
      view.addRounds(RoundView.newBuilder().setRound(round));
    }
    return view;
  }

  private static RunView view(String state, long change) {
    return RunView.newBuilder()
        .setRun("topics-1")
        .setState(state)
        .setChange(change)
        .setStarted(Timestamp.newBuilder().setSeconds(60))
        .addRounds(
            RoundView.newBuilder()
                .setRound(1)
                .setUpdates(3)
                .setEvaluation(EvaluationView.newBuilder().setAccuracy(0.5).setExamples(10)))
        .addCohort(
            AssignmentView.newBuilder()
                .setNode("site-1")
                .setState("training")
                .addMetrics(Metric.newBuilder().setName("train-loss").setValue(2)))
        .build();
  }

  @BeforeEach
  void serve() throws IOException {
    String name = InProcessServerBuilder.generateName();
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(new OneRun())
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).directExecutor().build();
    client = new OperatorClient(channel, "here");
  }

  @AfterEach
  void end() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void showRun_known_becomesARecord() {
    RunStatus run = client.showRun("topics-1");
    assertTrue(run.completed());
    assertEquals(Instant.ofEpochSecond(60), run.started().orElseThrow());
    assertTrue(run.ended().isEmpty());
    assertEquals(0.5, run.newest().orElseThrow().evaluation().orElseThrow().accuracy());
    assertEquals(2.0, run.cohort().get(0).metrics().get("train-loss"));
  }

  @Test
  void showRun_unknown_failsWithItsKindAndSentence() {
    var failure = assertThrows(FederationException.class, () -> client.showRun("none"));
    assertEquals(ErrorKind.NOT_FOUND, failure.kind());
    assertEquals("run: none (expected: a known run). See the list.", failure.sentence());
  }

  @Test
  void watchRun_cutConnection_goesOnFromTheLastChange() {
    List<String> states = new ArrayList<>();
    client.watchRun("topics-1", run -> states.add(run.state()));
    assertEquals(List.of("collecting", "completed"), states);
    assertEquals(2, watches.get());
  }

  @Test
  void watchRun_viewsWithNewRoundsOnly_areMadeWhole() {
    List<List<Integer>> rounds = new ArrayList<>();
    client.watchRun(
        "long-1",
        run -> {
          assertEquals("{}", run.plan());
          return rounds.add(run.rounds().stream().map(RoundStatus::round).toList());
        });
    assertEquals(
        List.of(List.of(0, 1), List.of(0, 1), List.of(0, 1, 2), List.of(0, 1, 2, 3)), rounds);
  }

  @Test
  void watchRun_enoughSeen_stops() {
    client.watchRun("topics-1", run -> false);
    assertEquals(1, watches.get());
  }

  @Test
  void listNodes_oneNode_isListed() {
    assertEquals("site-1", client.listNodes().get(0).name());
  }
}
