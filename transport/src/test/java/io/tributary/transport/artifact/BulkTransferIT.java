package io.tributary.transport.artifact;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.StreamObserver;
import io.tributary.certs.CertificateFolder;
import io.tributary.certs.CertificateOrder;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationName;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.proto.v1.AboutReply;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.transport.AccessTable;
import io.tributary.transport.CertificateAuthenticator;
import io.tributary.transport.CoordinatorAddress;
import io.tributary.transport.IdentityInterceptor;
import io.tributary.transport.ListenSettings;
import io.tributary.transport.OpenCalls;
import io.tributary.transport.PeerContext;
import io.tributary.transport.Retry;
import io.tributary.transport.RevocationList;
import io.tributary.transport.ServerListeners;
import io.tributary.transport.TlsChannels;
import io.tributary.transport.TlsFiles;
import io.tributary.transport.TlsMaterial;
import io.tributary.transport.WireEngine;
import io.tributary.transport.chunk.Chunks;
import io.tributary.transport.chunk.StallWatch;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Bulk bytes over real TLS: whole, with bounded memory, and out of control's way. */
class BulkTransferIT {
  private static final FederationName ACME = new FederationName("acme");
  private static final PeerName COORDINATOR = new PeerName(ACME, Role.COORDINATOR, "main");
  private static final PeerName NODE = new PeerName(ACME, Role.NODE, "a");
  private static final long LARGE = 200L << 20;
  private static final int CALLS = 20;
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path temp;
  private final SecureRandom random = new SecureRandom();
  private ArtifactStore remote;
  private ArtifactStore local;
  private FolderArtifacts service;
  private CertificateFolder authority;
  private ServerListeners listeners;
  private TlsChannels channels;

  /** Answers who is served, on the control listener. */
  private static final class About extends OperationsGrpc.OperationsImplBase {
    @Override
    public void about(AboutRequest request, StreamObserver<AboutReply> out) {
      out.onNext(AboutReply.newBuilder().setVersion(PeerContext.current().name().name()).build());
      out.onCompleted();
    }
  }

  @BeforeEach
  void serve() {
    authority = CertificateFolder.init(temp.resolve("ca"), ACME, CLOCK, random);
    remote = ArtifactStore.open(temp.resolve("remote"), DurableFiles.forced());
    local = ArtifactStore.open(temp.resolve("local"), DurableFiles.forced());
    service = new FolderArtifacts(remote, StallWatch.never());
    Set<Role> nodes = Set.of(Role.NODE);
    var access =
        new AccessTable(
            Map.of(
                "tributary.v1.Artifacts/Fetch", nodes,
                "tributary.v1.Artifacts/Put", nodes,
                "tributary.v1.Artifacts/Missing", nodes,
                "tributary.v1.Operations/About", nodes));
    var authenticator = new CertificateAuthenticator(ACME, RevocationList.none(), CLOCK);
    listeners =
        ServerListeners.start(
            ListenSettings.of(
                new InetSocketAddress("localhost", 0),
                Optional.of(new InetSocketAddress("localhost", 0))),
            material(CertificateOrder.of(COORDINATOR, "localhost")),
            List.of(new IdentityInterceptor(authenticator, access, new OpenCalls())),
            new ServerListeners.Services(
                List.of(new About().bindService()), List.of(service.bindService())),
            System::nanoTime);
    channels =
        TlsChannels.open(
            new CoordinatorAddress("localhost", listeners.control().getPort(), COORDINATOR),
            material(CertificateOrder.of(NODE)),
            CLOCK);
  }

  @AfterEach
  void close() {
    channels.close(Duration.ofMillis(200));
    listeners.close(Duration.ofMillis(500));
  }

  private TlsMaterial material(CertificateOrder order) {
    var files = CertificateFolder.files(temp, order.name());
    authority.issue(order, files);
    return TlsMaterial.read(new TlsFiles(files.certificate(), files.key(), authority.trust()));
  }

  private ArtifactClient client() {
    RandomGenerator jitter = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    var retry = new Retry(Retry.Policy.once(), jitter, System::nanoTime, wait -> {});
    return new ArtifactClient(
        channels.bulk(listeners.bulk().orElseThrow().getPort()), Duration.ofSeconds(30), retry);
  }

  /** Writes a large file without holding it, and returns its digest. */
  private static Digest large(Path file) throws Exception {
    RandomGenerator content = RandomGeneratorFactory.of("L64X128MixRandom").create(2);
    MessageDigest hash = Digest.sha256();
    byte[] block = new byte[1 << 20];
    try (var out = Files.newOutputStream(file)) {
      for (long done = 0; done < LARGE; done += block.length) {
        content.nextBytes(block);
        hash.update(block);
        out.write(block);
      }
    }
    return Digest.ofHash(hash.digest());
  }

  private static long usedBytes() {
    System.gc();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return direct + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void putAndFetch_largeFile_arriveWholeAndMemoryStaysSmall() throws Exception {
    Path file = temp.resolve("large");
    Digest digest = large(file);
    long before = usedBytes();
    long[] peak = {0};
    TransferListener watching =
        (done, total) -> {
          if (done % (20L << 20) == 0) {
            peak[0] = Math.max(peak[0], usedBytes());
          }
        };
    client().put(List.of(new StoredFile(file, digest, LARGE)), watching);
    assertEquals(LARGE, Files.size(remote.get(digest)));
    client().fetch(digest, LARGE, local, watching);
    local.verify(digest);
    long grown = peak[0] - before;
    assertTrue(grown < 64L << 20, "memory grew by " + (grown >> 20) + " MiB");
  }

  /** Bytes that this process has read from files. */
  private static long readBytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
      if (line.startsWith("rchar: ")) {
        return Long.parseLong(line.substring("rchar: ".length()));
      }
    }
    throw new AssertionError("no rchar");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fetch_byMany_readsTheFileForEachAndHashesItForNone() throws Exception {
    int nodes = 4;
    Path file = temp.resolve("large");
    Digest digest = large(file);
    remote.adopt(file, digest);
    long before = readBytes();
    for (int node = 0; node < nodes; node++) {
      Path folder = temp.resolve("node-" + node);
      client()
          .fetch(
              digest,
              LARGE,
              ArtifactStore.open(folder, DurableFiles.unforced()),
              TransferListener.silent());
    }
    // the system counts what comes through sockets of the JDK too
    int readsEach = WireEngine.ofMachine() == WireEngine.EPOLL ? 1 : 2;
    long read = readBytes() - before;
    assertTrue(read < (readsEach * nodes + 0.5) * LARGE, "read " + (read >> 20) + " MiB");
  }

  @Test
  void control_whileABulkTransferStalls_isAnsweredAtOnce() throws Exception {
    Path file = temp.resolve("large");
    Digest digest = large(file);
    remote.adopt(file, digest);
    long usual = callsNanos();
    BlockingClientCall<?, Chunk> stalled =
        ArtifactsGrpc.newBlockingV2Stub(channels.bulk(listeners.bulk().orElseThrow().getPort()))
            .fetch(FetchRequest.newBuilder().setDigest(digest.toString()).build());
    stalled.read();
    long beside = callsNanos();
    // the first calls warm everything up, so these are the quicker ones unless something waits
    assertTrue(
        beside <= 2 * usual + SECONDS.toNanos(1),
        beside / 1e6 + " ms for " + CALLS + " calls, " + usual / 1e6 + " ms before the stall");
    // a reader that stands still has taken a few windows, never the file
    assertTrue(
        service.sentBytes() <= 32L * Chunks.SENT_BYTES,
        "handed over " + (service.sentBytes() >> 20) + " MiB");
    stalled.cancel("enough", null);
    // a blocking call takes what came, with the transport's buffers, only when it is read
    assertThrows(StatusException.class, () -> readOn(stalled));
  }

  /** What a few calls on control take, one after the other. */
  private long callsNanos() {
    long start = System.nanoTime();
    for (int i = 0; i < CALLS; i++) {
      AboutReply reply =
          OperationsGrpc.newBlockingStub(channels.control())
              .withDeadlineAfter(60, SECONDS)
              .about(AboutRequest.getDefaultInstance());
      assertEquals("a", reply.getVersion());
    }
    return System.nanoTime() - start;
  }

  private static void readOn(BlockingClientCall<?, Chunk> call) throws Exception {
    Chunk chunk = call.read(60, SECONDS);
    while (chunk != null) {
      chunk = call.read(60, SECONDS);
    }
  }
}
