package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.tributary.federation.Role;
import io.tributary.transport.testing.FaultyProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who connects and then does nothing loses the connection, within a listener's patience. */
@Timeout(60)
class SilentPeerIT {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path temp;
  private TlsFixture federation;
  private ServerListeners listeners;

  @BeforeEach
  void serve() {
    federation = new TlsFixture(temp);
    var door =
        new IdentityInterceptor(
            new CertificateAuthenticator(TlsFixture.ACME, RevocationList.none(), CLOCK),
            new AccessTable(Map.of("tributary.v1.Operations/About", Set.of(Role.NODE))),
            new OpenCalls());
    ListenPatience usual = ListenPatience.usual();
    var brief =
        new ListenPatience(
            Duration.ofMillis(500), Duration.ofMillis(500), usual.control(), usual.bulk());
    listeners =
        ServerListeners.start(
            ListenSettings.of(new InetSocketAddress("localhost", 0), Optional.empty())
                .withPatience(brief),
            federation.right(TlsFixture.COORDINATOR),
            List.of(door),
            new ServerListeners.Services(List.of(), List.of()),
            System::nanoTime);
  }

  @AfterEach
  void close() {
    listeners.close(Duration.ofMillis(500));
  }

  @Test
  void connect_withoutAHandshake_closed() throws Exception {
    try (var socket = new Socket("localhost", listeners.control().getPort())) {
      socket.setSoTimeout(30_000);
      assertEquals(-1, read(socket));
    }
  }

  private static int read(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read();
    } catch (SocketException e) {
      return -1; // reset
    }
  }

  @Test
  void connect_rightCertificateAndNoCall_closed() throws Exception {
    try (FaultyProxy proxy = FaultyProxy.to(listeners.control())) {
      var channels =
          TlsChannels.open(
              new CoordinatorAddress("localhost", proxy.port(), TlsFixture.COORDINATOR),
              federation.right(TlsFixture.NODE),
              CLOCK);
      try {
        var channel = (ManagedChannel) channels.control();
        channel.getState(true);
        reached(channel, ConnectivityState.READY).get(30, TimeUnit.SECONDS);
        reached(channel, ConnectivityState.IDLE).get(30, TimeUnit.SECONDS);
        assertTrue(proxy.accepted() >= 1);
      } finally {
        channels.close(Duration.ZERO);
      }
    }
  }

  private static CompletableFuture<Void> reached(ManagedChannel channel, ConnectivityState state) {
    var reached = new CompletableFuture<Void>();
    watch(channel, state, reached);
    return reached;
  }

  private static void watch(
      ManagedChannel channel, ConnectivityState wanted, CompletableFuture<Void> reached) {
    ConnectivityState now = channel.getState(false);
    if (now == wanted) {
      reached.complete(null);
    } else {
      channel.notifyWhenStateChanged(now, () -> watch(channel, wanted, reached));
    }
  }
}
