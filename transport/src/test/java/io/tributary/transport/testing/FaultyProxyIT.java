package io.tributary.transport.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.transport.testing.FaultyProxy.Cut;
import io.tributary.transport.testing.FaultyProxy.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proxy that the fault matrix stands on does what it says, to the byte. */
@Timeout(60)
class FaultyProxyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ServerSocket server;
  private FaultyProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = FaultyProxy.to(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    server.close();
    assertFalse(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().startsWith("faulty-proxy-")));
  }

  /** Both ends of a connection through the proxy. */
  private record Pair(Socket client, Socket server) implements AutoCloseable {
    void send(int bytes) throws IOException {
      client.getOutputStream().write(new byte[bytes]);
    }

    int receive(int bytes) throws IOException {
      return server.getInputStream().readNBytes(bytes).length;
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }

  private Pair connect() throws IOException {
    var client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    Socket accepted = server.accept();
    accepted.setSoTimeout((int) PATIENCE.toMillis());
    client.setSoTimeout((int) PATIENCE.toMillis());
    return new Pair(client, accepted);
  }

  @Test
  void sound_bytesBothWaysAndTheEndOfEach() throws Exception {
    try (Pair pair = connect()) {
      pair.send(100_000);
      pair.client.shutdownOutput();
      assertEquals(100_000, pair.receive(200_000));
      pair.server.getOutputStream().write(new byte[7]);
      pair.server.close();
      assertEquals(7, pair.client.getInputStream().readAllBytes().length);
    }
    assertEquals(100_000, proxy.bytes(Way.TO_SERVER));
    assertEquals(7, proxy.bytes(Way.TO_CLIENT));
  }

  @Test
  void cutAfter_fin_exactlySoManyBytesThenTheEnd() throws Exception {
    var struck = proxy.cutAfter(Way.TO_SERVER, 12_345, Cut.FIN);
    try (Pair pair = connect()) {
      pair.send(50_000);
      assertEquals(12_345, pair.receive(50_000));
      assertEquals(-1, pair.client.getInputStream().read());
      struck.await(PATIENCE);
    }
    try (Pair next = connect()) {
      next.send(50_000);
      assertEquals(50_000, next.receive(50_000), "it strikes once");
    }
  }

  @Test
  void cutAfter_reset_bothSidesSeeAReset() throws Exception {
    proxy.cutAfter(Way.TO_SERVER, 10, Cut.RESET);
    try (Pair pair = connect()) {
      pair.send(50_000);
      assertThrows(SocketException.class, () -> pair.client.getInputStream().read());
      assertThrows(SocketException.class, () -> pair.receive(50_000));
    }
  }

  @Test
  void stall_nothingPassesUntilItEnds_andNewConnectionsAreTaken() throws Exception {
    proxy.stall(Way.TO_SERVER);
    try (Pair pair = connect()) {
      pair.send(1_000);
      pair.server.setSoTimeout(50);
      assertThrows(SocketTimeoutException.class, () -> pair.receive(1));
      pair.server.getOutputStream().write(5);
      assertEquals(5, pair.client.getInputStream().read(), "the other way is sound");
      proxy.resume(Way.TO_SERVER);
      pair.server.setSoTimeout((int) PATIENCE.toMillis());
      assertEquals(1_000, pair.receive(1_000));
    }
  }

  @Test
  void stallOpen_laterConnectionsAreSound() throws Exception {
    try (Pair old = connect()) {
      proxy.stallOpen(Way.TO_SERVER);
      old.send(10);
      try (Pair next = connect()) {
        next.send(10);
        assertEquals(10, next.receive(10));
      }
      old.server.setSoTimeout(50);
      assertThrows(SocketTimeoutException.class, () -> old.receive(1));
    }
  }

  @Test
  void cutAfter_halfOpen_nobodyIsToldAndLaterConnectionsAreSound() throws Exception {
    var struck = proxy.cutAfter(Way.TO_SERVER, 10, Cut.HALF_OPEN);
    try (Pair old = connect()) {
      old.send(50);
      assertEquals(10, old.receive(10));
      struck.await(PATIENCE);
      old.server.getOutputStream().write(1);
      old.server.setSoTimeout(50);
      old.client.setSoTimeout(50);
      assertThrows(SocketTimeoutException.class, () -> old.receive(1));
      assertThrows(SocketTimeoutException.class, () -> old.client.getInputStream().read());
      try (Pair next = connect()) {
        next.send(3);
        assertEquals(3, next.receive(3));
        assertEquals(2, proxy.connections());
      }
    }
  }

  @Test
  void throttleAndDelay_takeAtLeastTheirTime() throws Exception {
    proxy.throttle(Way.TO_SERVER, 100_000);
    proxy.delay(Way.TO_SERVER, Duration.ofMillis(5));
    try (Pair pair = connect()) {
      long start = System.nanoTime();
      pair.send(30_000);
      assertEquals(30_000, pair.receive(30_000));
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertTrue(millis >= 200, millis + " ms");
      assertTrue(proxy.times(Way.TO_SERVER).size() >= 5);
    }
  }

  @Test
  void refuse_soManyConnectionsAreReset() throws Exception {
    proxy.refuse(1);
    try (var refused = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      refused.setSoTimeout((int) PATIENCE.toMillis());
      assertThrows(SocketException.class, () -> refused.getInputStream().read());
    }
    try (Pair pair = connect()) {
      pair.send(3);
      assertEquals(3, pair.receive(3));
    }
    assertEquals(2, proxy.accepted());
  }

  @Test
  void target_switched_laterConnectionsLeadThere() throws Exception {
    try (var other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      proxy.target(new InetSocketAddress(other.getInetAddress(), other.getLocalPort()));
      try (var client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
          Socket accepted = other.accept()) {
        client.getOutputStream().write(9);
        assertEquals(9, accepted.getInputStream().read());
      }
    }
    assertEquals(Collections.emptyList(), proxy.times(Way.TO_CLIENT));
  }

  @Test
  void awaitBytes_toldWhenTheyHavePassed() throws Exception {
    try (Pair pair = connect()) {
      pair.send(500);
      assertTrue(proxy.awaitBytes(Way.TO_SERVER, 500, PATIENCE));
      assertFalse(proxy.awaitBytes(Way.TO_SERVER, 501, Duration.ofMillis(1)));
    }
  }
}
