package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.Role;
import io.tributary.proto.v1.AboutReply;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.transport.HttpProxy.Login;
import io.tributary.transport.testing.ConnectProxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both channels through an HTTP proxy, and what is said where it opens no tunnel. */
@Timeout(60)
class HttpProxyIT {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path temp;
  private final Deque<Runnable> cleanup = new ArrayDeque<>();
  private TlsFixture federation;
  private ServerListeners listeners;

  private static final class About extends OperationsGrpc.OperationsImplBase {
    @Override
    public void about(AboutRequest request, StreamObserver<AboutReply> out) {
      out.onNext(AboutReply.newBuilder().setFederation(PeerContext.current().name().uri()).build());
      out.onCompleted();
    }
  }

  @BeforeEach
  void serve() {
    federation = new TlsFixture(temp);
    var access = new AccessTable(Map.of("tributary.v1.Operations/About", Set.of(Role.NODE)));
    var door =
        new IdentityInterceptor(
            new CertificateAuthenticator(TlsFixture.ACME, RevocationList.none(), CLOCK),
            access,
            new OpenCalls());
    var free = new InetSocketAddress("localhost", 0);
    listeners =
        ServerListeners.start(
            ListenSettings.of(free, Optional.of(free)),
            federation.right(TlsFixture.COORDINATOR),
            List.of(door),
            new ServerListeners.Services(
                List.of(new About().bindService()), List.of(new About().bindService())),
            System::nanoTime);
    cleanup.push(() -> listeners.close(Duration.ofMillis(500)));
  }

  @AfterEach
  void close() {
    cleanup.forEach(Runnable::run);
  }

  private ConnectProxy proxy(Optional<String> credentials) {
    ConnectProxy proxy =
        ConnectProxy.start(credentials, port -> port == listeners.control().getPort());
    cleanup.push(proxy::close);
    return proxy;
  }

  private TlsChannels through(int proxyPort, Optional<Login> login) {
    var proxy = new HttpProxy("localhost", proxyPort, login);
    var channels =
        TlsChannels.open(
            new CoordinatorAddress(
                "localhost", listeners.control().getPort(), TlsFixture.COORDINATOR),
            federation.right(TlsFixture.NODE),
            CLOCK,
            ChannelSettings.usual().withProxy(Optional.of(proxy)));
    cleanup.push(() -> channels.close(Duration.ofMillis(100)));
    return channels;
  }

  private static String about(Channel channel) {
    return OperationsGrpc.newBlockingStub(channel)
        .withDeadlineAfter(20, TimeUnit.SECONDS)
        .about(AboutRequest.getDefaultInstance())
        .getFederation();
  }

  private static FederationException failure(Channel channel) {
    return ErrorStatus.fromStatus(assertThrows(RuntimeException.class, () -> about(channel)));
  }

  private int bulkPort() {
    return listeners.bulk().orElseThrow().getPort();
  }

  @Test
  void call_throughAProxyWithLogin_identityIsStillTheCertificates() {
    ConnectProxy proxy = ConnectProxy.start(Optional.of("site:s3:cret"), port -> true);
    cleanup.push(proxy::close);
    TlsChannels channels = through(proxy.port(), Optional.of(Login.parse("site:s3:cret\n")));
    assertEquals(TlsFixture.NODE.uri(), about(channels.control()));
    assertEquals(TlsFixture.NODE.uri(), about(channels.bulk(bulkPort())));
    assertEquals(
        List.of("localhost:" + listeners.control().getPort(), "localhost:" + bulkPort()),
        proxy.asked,
        "the proxy gets the name, and each connection goes through it");
  }

  @Test
  void call_proxyWantsALogin_unreachableAndSaysSo() {
    FederationException refused =
        failure(through(proxy(Optional.of("a:b")).port(), Optional.empty()).control());
    assertEquals(ErrorKind.UNREACHABLE, refused.kind());
    assertTrue(refused.sentence().startsWith("proxy "), refused.sentence());
    assertTrue(refused.sentence().contains("407 Proxy Authentication"), refused.sentence());
    assertTrue(refused.sentence().contains("Give the proxy's login"), refused.sentence());
  }

  @Test
  void call_wrongLogin_theSameAndNoPasswordInTheSentence() {
    Login wrong = Login.parse("a:hunter2");
    FederationException refused =
        failure(through(proxy(Optional.of("a:b")).port(), Optional.of(wrong)).control());
    assertTrue(refused.sentence().contains("407"), refused.sentence());
    assertFalse((refused.sentence() + wrong).contains("hunter2"));
  }

  @Test
  void bulk_portForbiddenByTheProxy_namesTheAddress() {
    TlsChannels channels = through(proxy(Optional.empty()).port(), Optional.empty());
    assertEquals(TlsFixture.NODE.uri(), about(channels.control()));
    FederationException refused = failure(channels.bulk(bulkPort()));
    assertEquals(ErrorKind.UNREACHABLE, refused.kind());
    assertTrue(refused.sentence().contains("403 Forbidden"), refused.sentence());
    assertTrue(
        refused.sentence().contains("CONNECT to localhost:" + bulkPort()), refused.sentence());
  }

  @Test
  void call_noProxyThere_unreachable() {
    ConnectProxy gone = proxy(Optional.empty());
    gone.close();
    FederationException refused = failure(through(gone.port(), Optional.empty()).control());
    assertEquals(ErrorKind.UNREACHABLE, refused.kind());
    assertTrue(refused.sentence().contains("Connection refused"), refused.sentence());
  }

  @Test
  void call_proxyHostUnknown_unreachableAndNamesIt() {
    var proxy = new HttpProxy("no-such-proxy.invalid", 3128, Optional.empty());
    var channels =
        TlsChannels.open(
            new CoordinatorAddress("localhost", 1, TlsFixture.COORDINATOR),
            federation.right(TlsFixture.NODE),
            CLOCK,
            ChannelSettings.usual().withProxy(Optional.of(proxy)));
    cleanup.push(() -> channels.close(Duration.ofMillis(100)));
    FederationException refused = failure(channels.control());
    assertEquals(ErrorKind.UNREACHABLE, refused.kind());
    assertTrue(refused.sentence().contains("no-such-proxy.invalid"), refused.sentence());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "user", ":password", "a:b\nc:d"})
  void login_notUserAndPassword_refused(String text) {
    var refusal = assertThrows(FederationException.class, () -> Login.parse(text));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().contains("user:password"), refusal.sentence());
  }
}
