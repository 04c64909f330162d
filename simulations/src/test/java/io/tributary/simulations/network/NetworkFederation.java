package io.tributary.simulations.network;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.client.config.NodeConfig;
import io.tributary.coordinator.Coordinator;
import io.tributary.coordinator.CoordinatorSeams;
import io.tributary.coordinator.config.CoordinatorConfig;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StartRunRequest;
import io.tributary.proto.v1.WatchRequest;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.Retry;
import io.tributary.transport.TlsChannels;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import io.tributary.transport.artifact.ArtifactClient;
import io.tributary.transport.artifact.ManifestFiles;
import io.tributary.transport.artifact.TransferListener;
import io.tributary.transport.testing.FaultyProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A real coordinator over mutual TLS, an operator with a sound connection to it, and sites whose
 * connections go through proxies. The model is a few megabytes large, so that there is a middle of
 * a transfer.
 */
final class NetworkFederation implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  static final PeerName MAIN = PeerName.parse("tributary://acme/coordinator/main");
  private static final FederationName ACME = new FederationName("acme");
  private static final InstantSource CLOCK = InstantSource.system();

  /** Units of the model's one hidden layer. */
  private static final long HIDDEN = 200_000;

  final List<Site> sites = new ArrayList<>();
  final CertificateFolder authority;
  volatile Failpoints failpoints = Failpoints.none();
  private final Path folder;
  private Coordinator coordinator;
  private TlsChannels operator;

  NetworkFederation(Path folder) throws IOException {
    this.folder = folder;
    authority =
        CertificateFolder.init(
            folder.resolve("ca"), ACME, InstantSource.system(), new SecureRandom());
    issue(MAIN, "localhost", "fed.test");
    issue(PeerName.parse("tributary://acme/operator/ops"));
    Files.writeString(folder.resolve("held-out.csv"), "f0,f1,f2,label\n1,2,3,a\n3,2,1,b\n");
    model(folder.resolve("model"));
    coordinator = begin();
    operator = channels("operator-ops");
  }

  private static void model(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\": \"mlp\", \"in_features\": 3, \"hidden\": ["
            + HIDDEN
            + "], \"activation\": \"relu\"}");
    Layout layout =
        Layout.of(
            List.of(
                new TensorSpec("0.weight", DType.F32, List.of(HIDDEN, 3L)),
                new TensorSpec("0.bias", DType.F32, List.of(HIDDEN))));
    Files.write(folder.resolve("model.safetensors"), SteadyWorker.file(layout, 0.125f));
  }

  private void issue(PeerName name, String... hosts) {
    authority.issue(CertificateOrder.of(name, hosts), CertificateFolder.files(folder, name));
  }

  private Coordinator begin() {
    String json =
        """
        {"federation": "acme", "state": "state", "lease": "5s",
         "listen": {"control": "127.0.0.1:0", "bulk": "127.0.0.1:0"},
         "tls": {"certificate": "coordinator.pem", "key": "coordinator.key",
                 "trust": "ca/ca.pem", "revoked": "ca/revoked.crl"},
         "held-out": {"selection": "held-out.csv", "features": ["f0", "f1", "f2"]}}
        """;
    var config =
        CoordinatorConfig.read(Settings.of("coordinator.yaml", JsonReader.read(json)), folder);
    return Coordinator.start(
        config,
        CoordinatorSeams.ofService("test", any -> new SteadyWorker(0))
            .withRandom(new SplittableRandom(folder.hashCode()))
            .withFailpoints(name -> failpoints.reach(name)));
  }

  InetSocketAddress control() {
    return coordinator.serving().control().orElseThrow();
  }

  InetSocketAddress bulk() {
    return coordinator.serving().bulk().orElseThrow();
  }

  /** Ends the coordinator and starts it at other ports on the same folder. */
  void moveCoordinator() {
    operator.close(Duration.ZERO);
    coordinator.close(Duration.ZERO);
    coordinator = begin();
    operator = channels("operator-ops");
  }

  TlsMaterial material(String files) {
    return TlsMaterial.read(
        new TlsFiles(
            folder.resolve(files + ".pem"), folder.resolve(files + ".key"), authority.trust()));
  }

  /** Connections past all proxies. */
  TlsChannels channels(String files) {
    var address = new CoordinatorAddress("localhost", control().getPort(), MAIN);
    return TlsChannels.open(address, material(files), CLOCK);
  }

  /** Makes a site with a certificate of its own; it is started by {@link Site#start}. */
  Site site(String name, float value) throws IOException {
    certify(name);
    var site =
        new Site(name, FaultyProxy.to(control()), FaultyProxy.to(bulk()), new SteadyWorker(value));
    site.configure(config(site, ""));
    sites.add(site);
    return site;
  }

  /** Issues the node's certificate, another one each time. */
  void certify(String name) throws IOException {
    PeerName peer = PeerName.parse("tributary://acme/node/" + name);
    Files.deleteIfExists(folder.resolve(name + ".pem"));
    Files.deleteIfExists(folder.resolve(name + ".key"));
    issue(peer);
  }

  /**
   * The node's file as its engineer writes it.
   *
   * @param more keys, each with a comma in front
   */
  NodeConfig config(Site site, String more) throws IOException {
    return config(site, "localhost", more);
  }

  /** The same with another name of the coordinator's host. */
  NodeConfig config(Site site, String host, String more) throws IOException {
    Path home = Files.createDirectories(folder.resolve(site.name));
    Files.writeString(
        home.resolve("data.csv"), "f0,f1,f2,label\n1,2,3,a\n2,3,4,b\n3,1,2,a\n4,5,6,b\n");
    String json =
        """
        {"coordinator": {"control": "%s:%d", "bulk": "localhost:%d"},
         "tls": {"certificate": "%s.pem", "key": "%s.key", "trust": "ca/ca.pem"},
         "state": "%s/state",
         "data": {"train": {"path": "%s/data.csv", "features": ["f0", "f1", "f2"]}}%s}
        """
            .formatted(
                host,
                site.control.port(),
                site.bulk.port(),
                site.name,
                site.name,
                site.name,
                site.name,
                more);
    return NodeConfig.read(Settings.of("node.yaml", JsonReader.read(json)), folder);
  }

  OperationsGrpc.OperationsBlockingStub operator() {
    return OperationsGrpc.newBlockingStub(operator.control())
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Puts the model and starts a run.
   *
   * @param federation keys of the plan's section, beside the rounds
   */
  String run(int rounds, String federation) {
    return run(rounds, federation, true);
  }

  /** The same of a plan that may or may not promise a repeatable result. */
  String run(int rounds, String federation, boolean deterministic) {
    ManifestFiles model = ManifestFiles.ofFolder(folder.resolve("model"));
    var once =
        new Retry(Retry.Policy.once(), new SplittableRandom(1), System::nanoTime, pause -> {});
    new ArtifactClient(operator.bulk(bulk().getPort()), PATIENCE, once)
        .put(model.files(), TransferListener.silent());
    String json =
        """
        {"name": "net", "seed": 7, "deterministic": %b,
         "model": {"base": "%s", "task": "tabular-classification", "labels": ["a", "b"]},
         "federation": {"rounds": %d, %s}}
        """
            .formatted(deterministic, model.manifest().digest(), rounds, federation);
    return operator()
        .startRun(
            StartRunRequest.newBuilder()
                .setPlan(Plan.parse(json).toJson().canonical())
                .setBaseManifest(model.manifest().toJson().canonical())
                .build())
        .getRun();
  }

  /** Watches a run until a view is as wanted, or it ends. */
  RunView await(String run, Predicate<RunView> wanted) {
    Iterator<RunView> views = operator().watchRun(WatchRequest.newBuilder().setRun(run).build());
    RunView last = RunView.getDefaultInstance();
    while (views.hasNext()) {
      last = views.next();
      if (wanted.test(last)) {
        return last;
      }
    }
    return last;
  }

  /**
   * Waits until so many bytes are stored of what a site receives, or the coordinator from it: a cut
   * before that may lose all that lies in the receiver's socket unread.
   */
  void awaitStored(Site site, long bytes) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (stored(site) < bytes) {
      if (System.nanoTime() > end) {
        throw new AssertionError("stored of " + site.name + ": " + stored(site));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** The largest file on its way in under a folder of the site's name. */
  private long stored(Site site) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().contains("/" + site.name + "/"))
          .filter(file -> file.toString().endsWith(".part"))
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElse(0);
    } catch (IOException | UncheckedIOException e) {
      return 0; // a file went while the folder was read
    }
  }

  RunView awaitEnd(String run) {
    return await(run, view -> view.getState().equals("paused"));
  }

  @Override
  public void close() {
    sites.forEach(Site::close);
    operator.close(Duration.ofSeconds(1));
    coordinator.close(Duration.ofSeconds(1));
  }
}
