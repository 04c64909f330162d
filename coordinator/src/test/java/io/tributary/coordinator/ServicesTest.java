package io.tributary.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.tributary.coordinator.security.Access;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.Role;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.proto.v1.AboutReply;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.EvictNodeRequest;
import io.tributary.proto.v1.ExportReply;
import io.tributary.proto.v1.ExportRequest;
import io.tributary.proto.v1.ListNodesRequest;
import io.tributary.proto.v1.NodeView;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.ReloadRequest;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ServicesTest {
  private static final String ONE = "\"cohort\": {\"quorum\": 1, \"nodes\": [\"a\"]}";

  @TempDir Path folder;
  private TestFederation federation;

  @BeforeEach
  void open() throws Exception {
    federation = new TestFederation(folder);
  }

  @AfterEach
  void close() {
    federation.close();
  }

  @Test
  void access_everyMethodOfTheServices_hasALine() {
    Set<String> methods = new HashSet<>();
    for (var service :
        new io.grpc.ServiceDescriptor[] {
          ParticipationGrpc.getServiceDescriptor(),
          ArtifactsGrpc.getServiceDescriptor(),
          OperationsGrpc.getServiceDescriptor(),
          HealthGrpc.getServiceDescriptor()
        }) {
      service.getMethods().forEach(method -> methods.add(method.getFullMethodName()));
    }
    methods.add("grpc.reflection.v1.ServerReflection/ServerReflectionInfo");

    assertEquals(methods, Access.table().allowed().keySet());
    assertFalse(
        Access.table().allowed().values().stream().anyMatch(r -> r.contains(Role.COORDINATOR)));
  }

  @Test
  void call_wrongRole_notAdmitted() {
    var asNode = OperationsGrpc.newBlockingStub(federation.channel("node", "a"));
    refused(ErrorKind.NOT_ADMITTED, "role", () -> asNode.about(AboutRequest.getDefaultInstance()));

    var asOperator = new ScriptedNode("ops", folder, 1, id -> ScriptedUpdate.Fault.NONE);
    asOperator.join(federation.channel("operator", "ops"));
    assertTrue(next(asOperator.ends).contains("PERMISSION_DENIED"));
    asOperator.close();
  }

  @Test
  void about_operator_versionAndEpoch() {
    AboutReply about = federation.operator().about(AboutRequest.getDefaultInstance());

    assertEquals("test", about.getVersion());
    assertEquals("test", about.getFederation());
    assertEquals(1, about.getEpoch());
    assertEquals(0, federation.operator().reload(ReloadRequest.getDefaultInstance()).getRevoked());
  }

  @Test
  void health_whileServing_serving() {
    var reply =
        HealthGrpc.newBlockingStub(federation.channel("node", "a"))
            .check(HealthCheckRequest.getDefaultInstance());
    assertEquals(ServingStatus.SERVING, reply.getStatus());
  }

  @Test
  void startRun_baseNotStored_refusedByName() throws Exception {
    var request =
        StartRunRequest.newBuilder()
            .setPlan(federation.plan(1, ONE))
            .setBaseManifest(federation.manifest().toJson().canonical())
            .build();
    refused(
        ErrorKind.NOT_FOUND,
        "file config.json of the base model",
        () -> federation.operator().startRun(request));
  }

  @Test
  void startRun_otherManifest_refused() throws Exception {
    federation.putModel();
    var other = Manifest.of(Manifest.FOLDER, federation.manifest().entries().subList(0, 1));
    var request =
        StartRunRequest.newBuilder()
            .setPlan(federation.plan(1, ONE))
            .setBaseManifest(other.toJson().canonical())
            .build();
    refused(
        ErrorKind.INVALID_ARGUMENT, "model.base", () -> federation.operator().startRun(request));
  }

  @Test
  void startRun_modelWithCodeThatIsNotNamed_refusedBeforeItIsOpened() throws Exception {
    federation.putModel();
    List<ManifestEntry> entries = new ArrayList<>(federation.manifest().entries());
    entries.add(new ManifestEntry("model.pt", Digest.ofUtf8("code"), 4, List.of()));
    var model = Manifest.of(Manifest.FOLDER, entries);
    String plan = federation.plan(1, ONE);
    String base = federation.manifest().digest().toString();
    var request =
        StartRunRequest.newBuilder()
            .setPlan(plan.replace(base, model.digest().toString()))
            .setBaseManifest(model.toJson().canonical())
            .build();
    var refusal =
        refused(
            ErrorKind.REFUSED,
            "model.pt of the base model, which is code",
            () -> federation.operator().startRun(request));
    assertTrue(refusal.sentence().contains("torchscript"), refusal.sentence());
  }

  @Test
  void startRun_labelsThatHeldOutLacks_refused() throws Exception {
    federation.putModel();
    var request =
        StartRunRequest.newBuilder()
            .setPlan(federation.plan(1, ONE).replace("[\"a\",\"b\"]", "[\"a\",\"z\"]"))
            .setBaseManifest(federation.manifest().toJson().canonical())
            .build();
    var refusal =
        refused(ErrorKind.INVALID_DATA, "", () -> federation.operator().startRun(request));
    assertTrue(refusal.sentence().contains("b"), refusal.sentence());
  }

  @Test
  void startRun_brokenPlan_refusedWithItsKey() throws Exception {
    federation.putModel();
    var request =
        StartRunRequest.newBuilder()
            .setPlan(federation.plan(1, ONE).replace("\"rounds\":1", "\"rounds\":0"))
            .setBaseManifest(federation.manifest().toJson().canonical())
            .build();
    refused(
        ErrorKind.INVALID_CONFIG,
        "plan: federation.rounds",
        () -> federation.operator().startRun(request));
  }

  @Test
  void showRun_unknown_notFound() {
    var request = RunRequest.newBuilder().setRun("nobody").build();
    refused(ErrorKind.NOT_FOUND, "run nobody", () -> federation.operator().showRun(request));
  }

  @Test
  void join_twice_olderIsSuperseded() throws Exception {
    ScriptedNode node = federation.node("a", 1);
    assertTrue(next(node.messages).hasWelcome());

    node.join(federation.channel("node", "a"));

    CoordinatorMessage second = next(node.messages);
    CoordinatorMessage third = next(node.messages);
    assertTrue(second.hasSuperseded() || third.hasSuperseded());
    assertEquals("completed", next(node.ends));
    assertEquals("connected", nodeView().getState());
  }

  @Test
  void evict_connected_mayComeBackLater() throws Exception {
    ScriptedNode node = federation.node("a", 1);
    assertTrue(next(node.messages).hasWelcome());

    federation
        .operator()
        .evictNode(EvictNodeRequest.newBuilder().setNode("a").setReason("tidying").build());

    CoordinatorMessage retry = next(node.messages);
    assertEquals("tidying", retry.getRetry().getReason());
    assertEquals(10, retry.getRetry().getMin().getSeconds());
    assertEquals("away", nodeView().getState());
    refused(
        ErrorKind.NOT_FOUND,
        "node b",
        () -> federation.operator().evictNode(EvictNodeRequest.newBuilder().setNode("b").build()));
  }

  @Test
  void fetch_notNamedByAnAssignment_notAdmitted() throws Exception {
    federation.putModel();
    Digest config = federation.manifest().get("config.json").digest();
    var store = ArtifactStore.open(folder.resolve("elsewhere"), DurableFiles.unforced());

    var refusal =
        assertThrows(
            FederationException.class,
            () ->
                federation
                    .artifacts("node", "a")
                    .fetch(config, 1, store, TransferListener.silent()));

    assertEquals(ErrorKind.NOT_ADMITTED, refusal.kind());
    assertTrue(
        Files.exists(
            federation
                .artifacts("operator", "ops")
                .fetch(
                    config,
                    federation.manifest().get("config.json").size(),
                    store,
                    TransferListener.silent())));
  }

  @Test
  void submit_twiceAndAfterRestart_sameReceipt() throws Exception {
    ScriptedNode node = federation.node("a", 1);
    federation.awaitEnd(federation.start(1, ONE).getRun());
    AssignmentId id = node.finished.keySet().iterator().next();

    Receipt again = node.submit(federation.channel("node", "a"), id);
    federation.restart(io.tributary.coordinator.driver.Failpoints.none());
    Receipt later = node.submit(federation.channel("node", "a"), id);

    assertEquals(again, later);
    var stranger =
        assertThrows(
            FederationException.class, () -> node.submit(federation.channel("node", "b"), id));
    assertEquals(ErrorKind.NOT_ADMITTED, stranger.kind());
  }

  @Test
  void export_bestLastAndRound_filesOfEach() throws Exception {
    federation.node("a", 1);
    RunView run = federation.awaitEnd(federation.start(2, ONE).getRun());

    ExportReply last = export(run, "last");
    assertEquals(run.getFinalDigest(), last.getTrained().getDigest());
    assertEquals(2, last.getRound());
    assertEquals(run.getBestRound(), export(run, "best").getRound());
    assertEquals(federation.manifest(), Manifest.parse(export(run, "best").getBaseManifest()));
    assertTrue(last.getProvenance().contains("\"contributors\":{\"a\":1}"));
    refused(ErrorKind.NOT_FOUND, "checkpoint: \"3\"", () -> export(run, "3"));
  }

  @Test
  void pauseResumeStop_run_statesFollow() throws Exception {
    var run = RunRequest.newBuilder().setRun(federation.start(1, ONE).getRun()).build();

    assertEquals("paused", federation.operator().pauseRun(run).getState());
    assertEquals(
        "recruiting",
        federation.operator().resumeRun(run).getState().replace("evaluating", "recruiting"));
    assertEquals("stopped", federation.operator().stopRun(run).getState());
    assertEquals("stopped", federation.awaitEnd(run.getRun()).getState());
  }

  @Test
  void start_folderInUse_refused() {
    var seams =
        CoordinatorSeams.ofService("test", config -> federation.worker)
            .withServing(config -> new InProcessServing("other"));

    var refusal =
        assertThrows(
            FederationException.class, () -> Coordinator.start(federation.config(), seams));

    assertEquals(ErrorKind.IN_USE, refusal.kind());
    assertTrue(refusal.sentence().contains("state"), refusal.sentence());
  }

  private ExportReply export(RunView run, String which) {
    return federation
        .operator()
        .export(ExportRequest.newBuilder().setRun(run.getRun()).setWhich(which).build());
  }

  private NodeView nodeView() {
    return federation.operator().listNodes(ListNodesRequest.getDefaultInstance()).getNodes(0);
  }

  private static FederationException refused(ErrorKind kind, String start, Executable call) {
    StatusRuntimeException failure = assertThrows(StatusRuntimeException.class, call);
    FederationException refusal = ErrorStatus.fromStatus(failure);
    assertEquals(kind, refusal.kind(), refusal.sentence());
    assertTrue(refusal.sentence().startsWith(start), refusal.sentence());
    assertFalse(failure.getStatus().getCode() == Status.Code.INTERNAL);
    return refusal;
  }

  private static <T> T next(java.util.concurrent.BlockingQueue<T> queue) {
    try {
      T item = queue.poll(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return java.util.Objects.requireNonNull(item, "nothing came");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
