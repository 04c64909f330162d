package io.tributary.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.tributary.client.config.NodeConfig;
import io.tributary.client.session.Phase;
import io.tributary.client.session.SessionRules;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.ExpectedGroup;
import io.tributary.proto.v1.FileReference;
import io.tributary.transport.PeerChannels;
import io.tributary.transport.testing.GrpcResources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGeneratorFactory;

/** A node, its fake coordinator and its fake worker, in one folder. */
final class NodeFixture {
  static final String RUN = "demo-1";
  static final byte[] BASE =
      "weights of the base model ".repeat(20).getBytes(StandardCharsets.UTF_8);
  static final byte[] TRAINED = "trained tensors ".repeat(20).getBytes(StandardCharsets.UTF_8);
  static final Digest CHECKPOINT = Digest.ofUtf8("checkpoint 0");
  private static final long PATIENCE_SECONDS = 60;

  final FakeCoordinator coordinator = new FakeCoordinator();
  FakeWorker worker = new FakeWorker();
  final BlockingQueue<NodeStatus> seen = new LinkedBlockingQueue<>();
  final Path folder;
  final Path data;
  private final String server = io.grpc.inprocess.InProcessServerBuilder.generateName();
  private final Manifest base;
  String control = "localhost:7443";
  String certificate = "c.pem";
  String key = "k.pem";
  String trust = "ca.pem";
  private String extra = "";
  private String dataKeys =
      ", \"data\": {\"train\":"
          + " {\"source\": \"csv\", \"path\": \"data.csv\", \"features\": [\"x\", \"y\"]}}";

  NodeFixture(Path folder, GrpcResources grpc) throws IOException {
    this.folder = folder;
    this.data = folder.resolve("data.csv");
    Files.writeString(data, "x,y,label\n1,2,a\n2,3,b\n3,4,a\n4,5,b\n");
    grpc.serve(server, List.of(), coordinator.participation(), coordinator.artifacts());
    var entry =
        new ManifestEntry("model.safetensors", coordinator.add(BASE), BASE.length, List.of());
    base = Manifest.of(Manifest.FOLDER, List.of(entry));
    coordinator.add(manifestBytes());
    coordinator.add(TRAINED);
  }

  private byte[] manifestBytes() {
    return base.toJson().canonical().getBytes(StandardCharsets.UTF_8);
  }

  /** Adds keys to the node's file; JSON with a comma at its front. */
  NodeFixture with(String keys) {
    extra = keys;
    return this;
  }

  /** Another section data; JSON with a comma at its front. */
  NodeFixture instead(String data) {
    dataKeys = data;
    return this;
  }

  NodeConfig config() {
    return config("");
  }

  /** The same with more keys of the section coordinator, each with a comma behind it. */
  NodeConfig config(String coordinatorKeys) {
    String json =
        """
        {"coordinator": {%s"control": "%s"},
         "tls": {"certificate": "%s", "key": "%s", "trust": "%s"},
         "state": "state"%s%s}
        """
            .formatted(coordinatorKeys, control, certificate, key, trust, dataKeys, extra);
    return NodeConfig.read(Settings.of("node.yaml", JsonReader.read(json)), folder);
  }

  Node start() {
    return Node.start(config(), parts());
  }

  NodeParts parts() {
    return tlsParts().channels(config -> new InProcess(server));
  }

  /** Parts that connect over TLS, as the configuration says. */
  NodeParts tlsParts() {
    var rules =
        new SessionRules(
            Duration.ofMillis(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(10),
            Duration.ofMillis(50),
            1,
            64);
    return NodeParts.real()
        .worker(config -> worker)
        .rules(rules)
        .random(RandomGeneratorFactory.of("L64X128MixRandom").create(7))
        .durable(false)
        .listener(seen::add);
  }

  NodeStatus await(Predicate<NodeStatus> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      NodeStatus status = seen.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (status == null) {
        throw new AssertionError("the node did not get there within " + PATIENCE_SECONDS + " s");
      }
      if (wanted.test(status)) {
        return status;
      }
    }
  }

  NodeStatus awaitJoined() throws InterruptedException {
    return await(status -> status.phase() == Phase.JOINED);
  }

  Plan plan(String keys) {
    String json =
        """
        {"name": "demo", "model": {"base": "%s", "task": "tabular-classification",
         "labels": ["a", "b"]}%s}
        """
            .formatted(base.digest(), keys);
    return Plan.read(Settings.of("plan.yaml", JsonReader.read(json)));
  }

  String id(int round, int attempt) {
    return RUN + "/" + round + "/" + attempt + "/site-a";
  }

  CoordinatorMessage.Builder offer(String id) {
    return offer(id, plan(""));
  }

  CoordinatorMessage.Builder offer(String id, Plan plan) {
    String text = plan.toJson().canonical();
    var assignment =
        Assignment.newBuilder()
            .setId(id)
            .setWork(Assignment.Work.WORK_TRAIN)
            .setPlan(text)
            .setPlanDigest(Digest.ofUtf8(text).toString())
            .setBase(reference(manifestBytes()))
            .setTrained(reference(TRAINED))
            .addGroups(
                ExpectedGroup.newBuilder()
                    .setName("delta")
                    .setLayoutDigest(FakeWorker.LAYOUT.toString())
                    .setCodec("f32")
                    .setSize(FakeWorker.DELTA.length))
            .setTimeLeft(com.google.protobuf.Duration.newBuilder().setSeconds(60))
            .setCheckpoint(CHECKPOINT.toString());
    return CoordinatorMessage.newBuilder().setAssignment(assignment);
  }

  private static FileReference reference(byte[] bytes) {
    return FileReference.newBuilder()
        .setDigest(Digest.of(bytes).toString())
        .setSize(bytes.length)
        .build();
  }

  /** Channels of this process, made anew for each node. */
  private static final class InProcess implements PeerChannels {
    private final ManagedChannel channel;

    InProcess(String server) {
      channel = InProcessChannelBuilder.forName(server).build();
    }

    @Override
    public Channel control() {
      return channel;
    }

    @Override
    public Channel bulk(int port) {
      return channel;
    }

    @Override
    public void close(Duration deadline) {
      channel.shutdownNow();
    }
  }
}
