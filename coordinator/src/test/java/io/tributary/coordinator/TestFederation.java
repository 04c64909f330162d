package io.tributary.coordinator;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.proto.v1.WatchRequest;
import io.tributary.transport.Retry;
import io.tributary.transport.artifact.ArtifactClient;
import io.tributary.transport.artifact.Disk;
import io.tributary.transport.artifact.StoredFile;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A coordinator with a tiny model, an operator and scripted nodes, all in this process. */
final class TestFederation implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  final ScriptedWorker worker = new ScriptedWorker();
  final List<ScriptedNode> nodes = new ArrayList<>();
  final TestTicks ticks = new TestTicks();
  volatile InstantSource clock = InstantSource.system();

  private final Path folder;
  private final CoordinatorConfig config;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private Disk disk;
  private String serverName = "";
  private Coordinator coordinator;

  TestFederation(Path folder) throws IOException {
    this(folder, "full", "", Failpoints.none());
  }

  TestFederation(Path folder, String durability, String more, Failpoints failpoints)
      throws IOException {
    this(folder, durability, more, failpoints, Disk.system(), "state");
  }

  TestFederation(
      Path folder, String durability, String more, Failpoints failpoints, Disk disk, String state)
      throws IOException {
    this.folder = folder;
    this.disk = disk;
    Files.writeString(folder.resolve("held-out.csv"), "f0,f1,f2,label\n1,2,3,a\n3,2,1,b\n");
    model(folder.resolve("model"));
    String json =
        """
        {"federation": "test", "state": "%s", "durability": "%s",
         "tls": {"certificate": "c", "key": "k", "trust": "t"},
         "held-out": {"selection": "held-out.csv", "test": "held-out.csv",
                      "features": ["f0", "f1", "f2"]}%s}
        """;
    this.config =
        CoordinatorConfig.read(
            Settings.of(
                "coordinator.yaml", JsonReader.read(json.formatted(state, durability, more))),
            folder);
    this.coordinator = begin(failpoints);
  }

  /** Changes one weight of the base model on the operator's disk. */
  void otherModel() throws IOException {
    Path file = folder.resolve("model/model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  RunView show(String run) {
    return operator().showRun(RunRequest.newBuilder().setRun(run).build());
  }

  private static void model(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\": \"mlp\", \"in_features\": 3, \"hidden\": [4], \"activation\": \"relu\"}");
    Layout layout =
        Layout.of(
            List.of(
                new TensorSpec("0.weight", DType.F32, List.of(4L, 3L)),
                new TensorSpec("0.bias", DType.F32, List.of(4L))));
    byte[] header = Safetensors.canonicalHeader(layout);
    ByteBuffer bytes =
        ByteBuffer.allocate(header.length + 16 * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(header);
    for (int i = 0; i < 16; i++) {
      bytes.putFloat(i / 16f);
    }
    Files.write(folder.resolve("model.safetensors"), bytes.array());
  }

  private Coordinator begin(Failpoints failpoints) {
    serverName = InProcessServerBuilder.generateName();
    var seams =
        new CoordinatorSeams(
            "test",
            () -> clock.instant(),
            ticks,
            new SplittableRandom(folder.hashCode()),
            failpoints,
            ignored -> worker,
            ignored -> new InProcessServing(serverName),
            disk,
            journal -> journal);
    return Coordinator.start(config, seams);
  }

  CoordinatorConfig config() {
    return config;
  }

  Path folder() {
    return folder;
  }

  Coordinator coordinator() {
    return coordinator;
  }

  /** Ends the coordinator at once and starts it on the same folder; the nodes join again. */
  void restart(Failpoints failpoints) {
    coordinator.close(Duration.ZERO);
    coordinator = begin(failpoints);
    nodes.forEach(node -> node.join(channel("node", node.name)));
  }

  /** The same with something done to the folder, and another disk, before it starts again. */
  void restart(Failpoints failpoints, Disk next, Runnable between) {
    coordinator.close(Duration.ZERO);
    between.run();
    disk = next;
    coordinator = begin(failpoints);
    nodes.forEach(node -> node.join(channel("node", node.name)));
  }

  /** A channel of a peer to the present coordinator. */
  Channel channel(String role, String name) {
    ManagedChannel channel = InProcessChannelBuilder.forName(serverName).build();
    channels.add(channel);
    var headers = new Metadata();
    headers.put(InProcessServing.PEER, "tributary://test/" + role + "/" + name);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  OperationsGrpc.OperationsBlockingStub operator() {
    return OperationsGrpc.newBlockingStub(channel("operator", "ops"))
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  ArtifactClient artifacts(String role, String name) {
    var retry =
        new Retry(Retry.Policy.once(), new SplittableRandom(1), System::nanoTime, pause -> {});
    return new ArtifactClient(channel(role, name), PATIENCE, retry);
  }

  /** Makes a node and lets it join. */
  ScriptedNode node(String name, float value, Function<AssignmentId, ScriptedUpdate.Fault> faults)
      throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    var node = new ScriptedNode(name, home, value, faults);
    nodes.add(node);
    node.join(channel("node", name));
    return node;
  }

  ScriptedNode node(String name, float value) throws IOException {
    return node(name, value, id -> ScriptedUpdate.Fault.NONE);
  }

  Manifest manifest() throws IOException {
    List<ManifestEntry> entries = new ArrayList<>();
    for (String file : List.of("config.json", "model.safetensors")) {
      byte[] bytes = Files.readAllBytes(folder.resolve("model").resolve(file));
      entries.add(new ManifestEntry(file, Digest.of(bytes), bytes.length, List.of()));
    }
    return Manifest.of(Manifest.FOLDER, entries);
  }

  void putModel() throws IOException {
    List<StoredFile> files = new ArrayList<>();
    for (ManifestEntry entry : manifest().entries()) {
      Path file = folder.resolve("model").resolve(entry.path());
      files.add(new StoredFile(file, entry.digest(), entry.size()));
    }
    artifacts("operator", "ops").put(files, TransferListener.silent());
  }

  /**
   * A plan as canonical JSON.
   *
   * @param more keys of section federation
   */
  String plan(int rounds, String more) throws IOException {
    return plan(rounds, more, text -> text);
  }

  /** The same with its text changed. */
  String plan(int rounds, String more, UnaryOperator<String> change) throws IOException {
    String json =
        """
        {"name": "tiny", "seed": 7,
         "model": {"base": "%s", "task": "tabular-classification", "labels": ["a", "b"]},
         "federation": {"rounds": %d, %s}}
        """;
    String text = change.apply(json.formatted(manifest().digest(), rounds, more));
    return Plan.parse(text).toJson().canonical();
  }

  /** Puts the model and starts a run over these nodes. */
  RunView start(int rounds, String more) throws IOException {
    return start(rounds, more, "\"seed\": 7");
  }

  /** The same with another seed, or more keys beside it. */
  RunView start(int rounds, String more, String seed) throws IOException {
    putModel();
    return operator()
        .startRun(
            StartRunRequest.newBuilder()
                .setPlan(plan(rounds, more, text -> text.replace("\"seed\": 7", seed)))
                .setBaseManifest(manifest().toJson().canonical())
                .build());
  }

  /** Lets time pass for a run that goes on. */
  void pass(Duration time, String run) {
    settle(run);
    ticks.leap(time);
    settle(run);
  }

  /**
   * Waits until the driver has done what it was handed for an active or ended run; it has nothing
   * to resume there.
   */
  void settle(String run) {
    try {
      var unused = operator().resumeRun(RunRequest.newBuilder().setRun(run).build());
    } catch (StatusRuntimeException e) {
      // it has ended
    }
  }

  /** Watches a run to its end and gives the last view. */
  RunView awaitEnd(String run) {
    Iterator<RunView> views = operator().watchRun(WatchRequest.newBuilder().setRun(run).build());
    RunView last = views.next();
    while (views.hasNext()) {
      last = views.next();
    }
    return last;
  }

  /** Watches a run until a view is as wanted; within {@link #PATIENCE}. */
  RunView await(String run, Predicate<RunView> wanted) {
    Iterator<RunView> views = operator().watchRun(WatchRequest.newBuilder().setRun(run).build());
    while (views.hasNext()) {
      RunView view = views.next();
      if (wanted.test(view)) {
        return view;
      }
    }
    throw new AssertionError("the run ended without it");
  }

  @Override
  public void close() {
    nodes.forEach(ScriptedNode::close);
    coordinator.close(Duration.ZERO);
    for (ManagedChannel channel : channels) {
      channel.shutdownNow();
    }
  }
}
