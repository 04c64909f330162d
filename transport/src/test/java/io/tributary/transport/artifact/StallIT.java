package io.tributary.transport.artifact;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.transport.AccessTable;
import io.tributary.transport.CertificateAuthenticator;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.IdentityInterceptor;
import io.tributary.transport.ListenSettings;
import io.tributary.transport.OpenCalls;
import io.tributary.transport.Retry;
import io.tributary.transport.RevocationList;
import io.tributary.transport.ServerListeners;
import io.tributary.transport.TlsChannels;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import io.tributary.transport.chunk.StallWatch;
import io.tributary.transport.testing.FaultyProxy;
import io.tributary.transport.testing.FaultyProxy.Cut;
import io.tributary.transport.testing.FaultyProxy.Way;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What ends a transfer is silence, at either end, and never how long the whole takes. */
@Timeout(120)
class StallIT {
  private static final FederationName ACME = new FederationName("acme");
  private static final PeerName COORDINATOR = new PeerName(ACME, Role.COORDINATOR, "main");
  private static final PeerName NODE = new PeerName(ACME, Role.NODE, "a");
  private static final InstantSource CLOCK = InstantSource.system();

  /** Six times what one chunk takes at the slow rate, so that a busy machine does no harm. */
  private static final Duration IDLE = Duration.ofSeconds(3);

  private static final long SLOW = 2 << 20;
  private static final int SIZE = 8 << 20;

  @TempDir private Path temp;

  /** How much slower the coordinator's clock goes. */
  private final AtomicLong slowness = new AtomicLong(1);

  private final OpenCalls openCalls = new OpenCalls();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private ArtifactStore remote;
  private ArtifactStore local;
  private CertificateFolder authority;
  private FolderArtifacts service;
  private ServerListeners listeners;
  private Link link;
  private Link other;

  /** A connection of a node, through a proxy of its own. */
  private record Link(FaultyProxy proxy, TlsChannels channels) implements AutoCloseable {
    @Override
    public void close() {
      channels.close(Duration.ofMillis(100));
      proxy.close();
    }
  }

  @BeforeEach
  void serve() {
    authority = CertificateFolder.init(temp.resolve("ca"), ACME, CLOCK, new SecureRandom());
    remote = ArtifactStore.open(temp.resolve("remote"), DurableFiles.unforced());
    local = ArtifactStore.open(temp.resolve("local"), DurableFiles.unforced());
    service =
        new FolderArtifacts(
            remote, new StallWatch(timer, () -> System.nanoTime() / slowness.get(), IDLE));
    Set<Role> nodes = Set.of(Role.NODE);
    var access =
        new AccessTable(
            Map.of(
                "tributary.v1.Artifacts/Fetch", nodes,
                "tributary.v1.Artifacts/Put", nodes,
                "tributary.v1.Artifacts/Missing", nodes));
    var authenticator = new CertificateAuthenticator(ACME, RevocationList.none(), CLOCK);
    listeners =
        ServerListeners.start(
            ListenSettings.of(new InetSocketAddress("localhost", 0), Optional.empty()),
            material(CertificateOrder.of(COORDINATOR, "localhost")),
            List.of(new IdentityInterceptor(authenticator, access, openCalls)),
            new ServerListeners.Services(List.of(), List.of(service.bindService())),
            System::nanoTime);
    TlsMaterial node = material(CertificateOrder.of(NODE));
    link = link(node);
    other = link(node);
  }

  private Link link(TlsMaterial node) {
    FaultyProxy proxy = FaultyProxy.to(listeners.control());
    var address = new CoordinatorAddress("localhost", proxy.port(), COORDINATOR);
    return new Link(proxy, TlsChannels.open(address, node, CLOCK));
  }

  @AfterEach
  void close() {
    link.close();
    other.close();
    listeners.close(Duration.ofMillis(500));
    timer.shutdownNow();
  }

  private TlsMaterial material(CertificateOrder order) {
    var files = CertificateFolder.files(temp, order.name());
    authority.issue(order, files);
    return TlsMaterial.read(new TlsFiles(files.certificate(), files.key(), authority.trust()));
  }

  private static ArtifactClient client(Link link, Retry.Policy policy) {
    var retry = new Retry(policy, new SplittableRandom(1), System::nanoTime, wait -> {});
    return new ArtifactClient(link.channels.bulk(0), IDLE, retry);
  }

  private StoredFile file(String name, long seed) throws Exception {
    byte[] bytes = new byte[SIZE];
    new SplittableRandom(seed).nextBytes(bytes);
    Path file = temp.resolve(name);
    Files.write(file, bytes);
    return new StoredFile(file, Digest.of(bytes), SIZE);
  }

  private StoredFile stored() throws Exception {
    StoredFile file = file("down", 1);
    Path copy = temp.resolve("copy");
    Files.copy(file.file(), copy);
    remote.adopt(copy, file.digest());
    return file;
  }

  private CompletableFuture<Path> fetch(StoredFile file, Retry.Policy policy) {
    return CompletableFuture.supplyAsync(
        () ->
            client(link, policy)
                .fetch(file.digest(), file.size(), local, TransferListener.silent()));
  }

  private CompletableFuture<Void> put(StoredFile file) {
    return CompletableFuture.runAsync(
        () -> client(other, Retry.Policy.once()).put(List.of(file), TransferListener.silent()));
  }

  private static ErrorKind failure(CompletableFuture<?> transfer) {
    var thrown = assertThrows(CompletionException.class, transfer::join);
    return ((FederationException) requireNonNull(thrown.getCause())).kind();
  }

  @Test
  void slowButMoving_outlivesTheIdleTimeout() throws Exception {
    StoredFile down = stored();
    StoredFile up = file("up", 2);
    link.proxy.throttle(Way.TO_CLIENT, SLOW);
    other.proxy.throttle(Way.TO_SERVER, SLOW);
    long start = System.nanoTime();

    var fetching = fetch(down, Retry.Policy.once());
    var putting = put(up);
    fetching.join();
    putting.join();

    assertTrue(System.nanoTime() - start > IDLE.toNanos(), "the whole took longer than the limit");
    local.verify(down.digest());
    remote.verify(up.digest());
    assertEquals(1, link.proxy.accepted());
    assertEquals(1, other.proxy.accepted());
  }

  /** Takes two minutes: what is under way when a ping is sent needs 40 s on this link. */
  @Test
  @Timeout(600)
  @EnabledIfSystemProperty(named = "tributary.full", matches = "true")
  void slowerThanAnyPing_isNotCut() throws Exception {
    Duration minute = Duration.ofMinutes(1);
    slowness.set(minute.dividedBy(IDLE));
    other.proxy.throttle(Way.TO_SERVER, 25_000);
    var retry =
        new Retry(Retry.Policy.once(), new SplittableRandom(1), System::nanoTime, wait -> {});
    StoredFile part = new StoredFile(temp.resolve("part"), Digest.of(new byte[3 << 20]), 3 << 20);
    Files.write(part.file(), new byte[3 << 20]);
    new ArtifactClient(other.channels.bulk(0), minute, retry)
        .put(List.of(part), TransferListener.silent());
    remote.verify(part.digest());
    assertEquals(1, other.proxy.accepted());
  }

  @Test
  void silent_endsAtBothEnds() throws Exception {
    StoredFile down = stored();
    StoredFile up = file("up", 2);
    link.proxy.stallAfter(Way.TO_CLIENT, SIZE / 4);
    other.proxy.stallAfter(Way.TO_SERVER, SIZE / 4);
    var fetching = fetch(down, Retry.Policy.once());
    var putting = put(up);

    assertEquals(ErrorKind.TIMED_OUT, failure(fetching));
    assertEquals(ErrorKind.TIMED_OUT, failure(putting));

    while (openCalls.count() > 0) {
      Thread.onSpinWait(); // the coordinator's own watch ends them: nothing came through to it
    }
  }

  @Test
  void halfOpen_theNextTryTakesANewConnectionAndGoesOnFromTheStoredByte() throws Exception {
    StoredFile down = stored();
    link.proxy.cutAfter(Way.TO_CLIENT, SIZE / 2, Cut.HALF_OPEN);

    fetch(down, Retry.Policy.usual()).join();

    local.verify(down.digest());
    assertEquals(2, link.proxy.accepted());
    assertEquals(2, service.fetchedFrom.size());
    assertTrue(service.fetchedFrom.get(1) >= SIZE / 2 - (2 << 20), service.fetchedFrom.toString());
  }
}
