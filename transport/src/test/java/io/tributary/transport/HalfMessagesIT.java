package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.internal.PlatformDependent;
import io.tributary.federation.Role;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.FolderArtifacts;
import io.tributary.transport.chunk.Chunks;
import io.tributary.transport.chunk.StallWatch;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node with a right certificate opens all the connections that it may, on each of them all the
 * calls that a connection may have, and sends of each a message of the largest size without its
 * last byte: the listener holds as many messages as one certificate may have calls, and no more.
 */
@Timeout(120)
class HalfMessagesIT {
  private static final String PUT = "tributary.v1.Artifacts/Put";
  private static final int CONNECTIONS = 4;
  private static final int CALLS = 16;
  private static final InstantSource CLOCK = InstantSource.system();

  /** What stays in pools of buffers, and what else the process does. */
  private static final long SLACK = 24L << 20;

  @TempDir private Path temp;

  @Test
  void calls_manyHalfSentMessages_memoryIsThatOfTheCallsOfOneCertificate() throws Exception {
    var federation = new TlsFixture(temp);
    var settings =
        ListenSettings.of(new InetSocketAddress("localhost", 0), Optional.empty())
            .withConnections(CONNECTIONS);
    var openCalls = new OpenCalls();
    var door =
        new IdentityInterceptor(
            new CertificateAuthenticator(TlsFixture.ACME, RevocationList.none(), CLOCK),
            new AccessTable(Map.of(PUT, Set.of(Role.NODE))),
            openCalls,
            settings.callsOfOne());
    var store = ArtifactStore.open(temp.resolve("store"), DurableFiles.unforced());
    var service = new FolderArtifacts(store, StallWatch.never());
    ServerListeners listeners =
        ServerListeners.start(
            settings,
            federation.right(TlsFixture.COORDINATOR),
            List.of(door),
            new ServerListeners.Services(List.of(), List.of(service.bindService())),
            System::nanoTime);
    SSLContext tls = TlsProbe.context(federation.right(TlsFixture.NODE), temp);
    List<HalfSender> senders = new ArrayList<>();
    try {
      long before = usedBytes();
      for (int i = 0; i < CONNECTIONS; i++) {
        senders.add(new HalfSender(tls, listeners.control(), PUT, CALLS, Chunks.MOST_BYTES));
      }
      for (HalfSender sender : senders) {
        sender.send(20_000); // ends at once where all has arrived
      }
      long grown = usedBytes() - before;
      int ended = senders.stream().mapToInt(HalfSender::ended).sum();
      System.out.printf(
          "%d of %d calls ended, memory grew by %d MiB%n", ended, CONNECTIONS * CALLS, grown >> 20);
      assertEquals(settings.callsOfOne(), openCalls.count());
      long most = (long) settings.callsOfOne() * ServerListeners.BULK_MESSAGE_BYTES + SLACK;
      assertTrue(grown < most, (grown >> 20) + " MiB (expected: at most " + (most >> 20) + ")");
      long least = settings.callsOfOne() * (long) Chunks.MOST_BYTES * 3 / 4;
      long held = senders.stream().mapToLong(HalfSender::held).sum();
      assertTrue(held > least, (held >> 20) + " MiB: the messages did not arrive");
    } finally {
      for (HalfSender sender : senders) {
        sender.close();
      }
      listeners.close(Duration.ofMillis(500));
    }
  }

  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
        + Math.max(0, PlatformDependent.usedDirectMemory());
  }
}
