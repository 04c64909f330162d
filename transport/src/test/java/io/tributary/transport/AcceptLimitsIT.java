package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.proto.v1.AboutReply;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.OperationsGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real TLS on loopback: what a listener does with connections that do no good. */
@Timeout(120)
class AcceptLimitsIT {
  private static final String ABOUT = "tributary.v1.Operations/About";
  private static final InstantSource CLOCK = InstantSource.system();
  private static final int CONNECTIONS = 2;
  private static final int FAR_MORE_MILLIS = 60_000;

  @TempDir private Path temp;
  private final AtomicInteger served = new AtomicInteger();
  private final List<Runnable> cleanup = new ArrayList<>();
  private TlsFixture federation;

  @BeforeEach
  void makeAuthority() {
    federation = new TlsFixture(temp);
  }

  @AfterEach
  void close() {
    cleanup.forEach(Runnable::run);
  }

  private int serve(ListenPatience patience) {
    var service =
        ServerServiceDefinition.builder("tributary.v1.Operations")
            .addMethod(
                OperationsGrpc.getAboutMethod(),
                ServerCalls.asyncUnaryCall(
                    (AboutRequest request, StreamObserver<AboutReply> out) -> {
                      served.incrementAndGet();
                      out.onNext(AboutReply.getDefaultInstance());
                      out.onCompleted();
                    }))
            .build();
    var access = new AccessTable(Map.of(ABOUT, Set.of(Role.NODE)));
    var door =
        new IdentityInterceptor(
            new CertificateAuthenticator(TlsFixture.ACME, RevocationList.none(), CLOCK),
            access,
            new OpenCalls());
    var listeners =
        ServerListeners.start(
            ListenSettings.of(new InetSocketAddress("localhost", 0), Optional.empty())
                .withConnections(CONNECTIONS)
                .withPatience(patience),
            federation.right(TlsFixture.COORDINATOR),
            List.of(door),
            new ServerListeners.Services(List.of(service), List.of()),
            System::nanoTime);
    cleanup.add(() -> listeners.close(Duration.ofSeconds(1)));
    return listeners.control().getPort();
  }

  private TlsChannels connect(TlsMaterial material, int port) {
    var channels =
        TlsChannels.open(
            new CoordinatorAddress("localhost", port, TlsFixture.COORDINATOR), material, CLOCK);
    cleanup.add(0, () -> channels.close(Duration.ofMillis(100)));
    return channels;
  }

  private static AboutReply about(Channel channel) {
    return ClientCalls.blockingUnaryCall(
        channel,
        OperationsGrpc.getAboutMethod(),
        CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS),
        AboutRequest.getDefaultInstance());
  }

  private static FederationException failure(Channel channel) {
    return ErrorStatus.fromStatus(assertThrows(RuntimeException.class, () -> about(channel)));
  }

  /** Reads what comes until the peer has closed the connection. */
  private static void awaitEnd(Socket socket) throws IOException {
    socket.setSoTimeout(FAR_MORE_MILLIS);
    byte[] bytes = new byte[1_024];
    try {
      while (socket.getInputStream().read(bytes) >= 0) {
        // settings and the farewell of HTTP/2
      }
    } catch (SocketException reset) {
      assertTrue(String.valueOf(reset.getMessage()).contains("reset"), reset.toString());
    }
  }

  @Test
  void connect_handshakeStopsHalfWay_theConnectionIsClosed() throws Exception {
    ListenPatience usual = ListenPatience.usual();
    int port =
        serve(
            new ListenPatience(
                Duration.ofMillis(500), usual.noCall(), usual.control(), usual.bulk()));
    try (Socket socket = new Socket("localhost", port)) {
      // the head of a record of a handshake, whose 256 bytes never follow
      socket.getOutputStream().write(new byte[] {22, 3, 1, 1, 0, 1});
      socket.getOutputStream().flush();
      awaitEnd(socket);
    }
  }

  private SSLSocket probe(int port) throws Exception {
    SSLSocket socket =
        (SSLSocket)
            TlsProbe.context(federation.right(TlsFixture.NODE), temp)
                .getSocketFactory()
                .createSocket("localhost", port);
    var parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  @Test
  void connect_moreThanTheLimitOfOneCertificate_theLastIsClosedAndMayComeBack() {
    int port = serve(ListenPatience.usual());
    TlsMaterial node = federation.right(TlsFixture.NODE);
    TlsChannels first = connect(node, port);
    about(first.control());
    about(connect(node, port).control());

    FederationException refused = failure(connect(node, port).control());
    // a peer that still writes may find the connection broken before it reads why
    assertTrue(
        Set.of(ErrorKind.FULL, ErrorKind.UNREACHABLE).contains(refused.kind()), refused.sentence());
    assertTrue(refused.kind().retryable(), refused.sentence());
    assertEquals(2, served.get());

    var other = new PeerName(TlsFixture.ACME, Role.NODE, "hospital-b");
    about(connect(federation.right(other), port).control());

    first.close(Duration.ofSeconds(10));
    Channel again = connect(node, port).control();
    // the listener hears of the close a moment later
    new Retry(
            new Retry.Policy(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(30)),
            new java.util.Random(1),
            System::nanoTime,
            Retry.Pause.sleeping())
        .call(moved -> about(again));
    assertEquals(4, served.get());
  }

  @Test
  void call_hugeMetadata_isRefusedAndTheServiceHearsNothing() {
    int port = serve(ListenPatience.usual());
    Channel channel = connect(federation.right(TlsFixture.NODE), port).control();
    about(channel);
    var metadata = new Metadata();
    metadata.put(Metadata.Key.of("padding", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(1 << 20));

    failure(
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata)));

    assertEquals(1, served.get());
    about(connect(federation.right(TlsFixture.NODE), port).control());
  }

  /** A sender that heeds no settings: headers that go on and on, never ended. */
  @Test
  void call_endlessMetadata_losesItsConnection() throws Exception {
    int port = serve(ListenPatience.usual());
    int most = 16 << 20;
    try (SSLSocket socket = probe(port)) {
      TlsProbe.settle(socket);
      socket.getOutputStream().write(frame(1, new byte[] {0, 1, 'a'}));
      byte[] more = frame(9, new byte[16 << 10]);
      assertThrows(
          IOException.class,
          () -> {
            for (int sent = 0; sent < most; sent += more.length) {
              socket.getOutputStream().write(more);
            }
          });
    }
    assertEquals(0, served.get());
  }

  /** A frame of stream 1 without flags (RFC 9113 section 4.1). */
  private static byte[] frame(int type, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) 0)
        .putInt(1)
        .put(payload)
        .array();
  }
}
