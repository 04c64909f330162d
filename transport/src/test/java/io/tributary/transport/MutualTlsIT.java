package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.tributary.certs.CertificateOrder;
import io.tributary.certs.wrong.WrongCertificate;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.proto.v1.AboutReply;
import io.tributary.proto.v1.AboutRequest;
import io.tributary.proto.v1.OperationsGrpc;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.WatchRequest;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real TLS on loopback: who gets in, who does not, and what is left unread. */
class MutualTlsIT {
  private static final String ABOUT = "tributary.v1.Operations/About";
  private static final String WATCH = "tributary.v1.Operations/WatchRun";
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir private Path temp;
  private final AtomicInteger parsed = new AtomicInteger();
  private final OpenCalls openCalls = new OpenCalls();
  private final List<Runnable> cleanup = new ArrayList<>();
  private TlsFixture federation;
  private RevocationList revocations;

  @BeforeEach
  void makeAuthority() {
    federation = new TlsFixture(temp);
    revocations =
        RevocationList.read(
            federation.authority.revocations(),
            List.of(federation.authority.authority().certificate()));
  }

  @AfterEach
  void close() {
    cleanup.forEach(Runnable::run);
  }

  /** About is the nodes' here; its requests are counted when they are parsed. */
  private ServerServiceDefinition service() {
    MethodDescriptor<AboutRequest, AboutReply> about = OperationsGrpc.getAboutMethod();
    var counting =
        about.toBuilder(counting(about.getRequestMarshaller()), about.getResponseMarshaller())
            .build();
    return ServerServiceDefinition.builder("tributary.v1.Operations")
        .addMethod(
            counting,
            ServerCalls.asyncUnaryCall(
                (AboutRequest request, StreamObserver<AboutReply> out) -> {
                  out.onNext(
                      AboutReply.newBuilder()
                          .setFederation(PeerContext.current().name().uri())
                          .build());
                  out.onCompleted();
                }))
        .addMethod(
            OperationsGrpc.getWatchRunMethod(),
            ServerCalls.asyncServerStreamingCall(
                (WatchRequest request, StreamObserver<RunView> out) ->
                    out.onNext(RunView.getDefaultInstance())))
        .build();
  }

  private <T> MethodDescriptor.Marshaller<T> counting(MethodDescriptor.Marshaller<T> inner) {
    return new MethodDescriptor.Marshaller<>() {
      @Override
      public InputStream stream(T value) {
        return inner.stream(value);
      }

      @Override
      public T parse(InputStream stream) {
        parsed.incrementAndGet();
        return inner.parse(stream);
      }
    };
  }

  private int serve(TlsMaterial material) {
    var access = new AccessTable(Map.of(ABOUT, Set.of(Role.NODE), WATCH, Set.of(Role.NODE)));
    var authenticator = new CertificateAuthenticator(TlsFixture.ACME, revocations, CLOCK);
    var listeners =
        ServerListeners.start(
            ListenSettings.of(new InetSocketAddress("localhost", 0), Optional.empty()),
            material,
            List.of(new IdentityInterceptor(authenticator, access, openCalls)),
            new ServerListeners.Services(List.of(service()), List.of()),
            System::nanoTime);
    cleanup.add(() -> listeners.close(Duration.ofSeconds(1)));
    return listeners.control().getPort();
  }

  private Channel connect(TlsMaterial material, int port, PeerName expected) {
    var channels =
        TlsChannels.open(new CoordinatorAddress("localhost", port, expected), material, CLOCK);
    cleanup.add(0, () -> channels.close(Duration.ofMillis(100)));
    return channels.control();
  }

  private static AboutReply about(Channel channel) {
    return ClientCalls.blockingUnaryCall(
        channel,
        OperationsGrpc.getAboutMethod(),
        CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
        AboutRequest.newBuilder().build());
  }

  private static FederationException failure(Channel channel) {
    RuntimeException thrown = assertThrows(RuntimeException.class, () -> about(channel));
    return ErrorStatus.fromStatus(thrown);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void call_rightCertificates_identityIsTheCertificates(boolean jdk) {
    TlsMaterial coordinator = federation.right(TlsFixture.COORDINATOR);
    TlsMaterial node = federation.right(TlsFixture.NODE);
    int port = serve(jdk ? coordinator.withJdkProvider() : coordinator);
    Channel channel = connect(jdk ? node.withJdkProvider() : node, port, TlsFixture.COORDINATOR);
    assertEquals("tributary://acme/node/hospital-a", about(channel).getFederation());
    assertEquals(1, parsed.get());
  }

  static Stream<Arguments> wrongClients() {
    return Stream.of(WrongCertificate.values())
        .flatMap(fault -> Stream.of(Arguments.of(fault, false), Arguments.of(fault, true)));
  }

  @ParameterizedTest
  @MethodSource("wrongClients")
  void call_wrongClientCertificate_notAdmittedAndNothingParsed(
      WrongCertificate fault, boolean jdk) {
    TlsMaterial coordinator = federation.right(TlsFixture.COORDINATOR);
    TlsMaterial node = federation.wrong(TlsFixture.NODE, fault);
    int port = serve(jdk ? coordinator.withJdkProvider() : coordinator);
    Channel channel = connect(jdk ? node.withJdkProvider() : node, port, TlsFixture.COORDINATOR);
    FederationException refused = failure(channel);
    assertEquals(ErrorKind.NOT_ADMITTED, refused.kind(), refused.sentence());
    assertFalse(refused.kind().retryable());
    assertEquals(0, parsed.get());
    assertEquals(0, openCalls.count());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void call_noClientCertificate_refusedAfterTheHandshake(boolean jdk) throws Exception {
    TlsMaterial coordinator = federation.right(TlsFixture.COORDINATOR);
    int port = serve(jdk ? coordinator.withJdkProvider() : coordinator);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("localhost", port)
            .sslContext(
                GrpcSslContexts.forClient()
                    .trustManager(federation.authority.trust().toFile())
                    .build())
            .build();
    cleanup.add(0, channel::shutdownNow);
    FederationException refused = failure(channel);
    assertEquals(ErrorKind.NOT_ADMITTED, refused.kind(), refused.sentence());
    assertEquals(0, parsed.get());
  }

  @ParameterizedTest
  @EnumSource(WrongCertificate.class)
  void call_wrongCoordinatorCertificate_refusedByTheNode(WrongCertificate fault) {
    int port = serve(federation.wrong(TlsFixture.COORDINATOR, fault));
    FederationException refused =
        failure(connect(federation.right(TlsFixture.NODE), port, TlsFixture.COORDINATOR));
    if (fault == WrongCertificate.WRONG_KEY_USAGE) {
      // BoringSSL at the coordinator itself refuses to sign with it
      assertEquals(ErrorKind.UNREACHABLE, refused.kind(), refused.sentence());
    } else {
      assertEquals(ErrorKind.NOT_ADMITTED, refused.kind(), refused.sentence());
      assertTrue(refused.sentence().startsWith("coordinator's certificate"), refused.sentence());
    }
    assertEquals(0, parsed.get());
  }

  @Test
  void call_clientCertificateUsedAsServer_refusedByTheNode() {
    int port = serve(federation.right(TlsFixture.NODE));
    FederationException refused =
        failure(connect(federation.right(TlsFixture.NODE), port, TlsFixture.COORDINATOR));
    assertEquals(ErrorKind.NOT_ADMITTED, refused.kind(), refused.sentence());
  }

  @Test
  void call_anotherCoordinatorOrHost_refusedByTheNode() {
    TlsMaterial node = federation.right(TlsFixture.NODE);
    int port = serve(federation.right(TlsFixture.COORDINATOR));
    var other = new PeerName(TlsFixture.ACME, Role.COORDINATOR, "other");
    FederationException otherName = failure(connect(node, port, other));
    assertEquals(ErrorKind.NOT_ADMITTED, otherName.kind());
    assertTrue(otherName.sentence().contains("coordinator/other"), otherName.sentence());
    int elsewhere =
        serve(federation.right(CertificateOrder.of(TlsFixture.COORDINATOR, "fed.example")));
    FederationException otherHost = failure(connect(node, elsewhere, TlsFixture.COORDINATOR));
    assertEquals(ErrorKind.NOT_ADMITTED, otherHost.kind(), otherHost.sentence());
  }

  @Test
  void call_roleOfAnotherMethod_refusedWithASentenceThatSaysSo() {
    int port = serve(federation.right(TlsFixture.COORDINATOR));
    FederationException refused =
        failure(connect(federation.right(TlsFixture.OPERATOR), port, TlsFixture.COORDINATOR));
    assertEquals(ErrorKind.NOT_ADMITTED, refused.kind());
    assertTrue(refused.sentence().contains("operator (expected: node)"), refused.sentence());
    assertEquals(0, parsed.get());
  }

  @Test
  void revoke_whileACallIsOpen_endsItWithinASecondAndAdmitsNoOther() throws Exception {
    int port = serve(federation.right(TlsFixture.COORDINATOR));
    Channel channel = connect(federation.right(TlsFixture.NODE), port, TlsFixture.COORDINATOR);
    assertTrue(anEndIsPrompt(channel), "no call ended within a second");
    BlockingQueue<String> events = watch(channel);
    federation.authority.revoke(TlsFixture.NODE);
    revocations.reload();
    end(peer -> revocations.isRevoked(peer.serial()));
    assertEquals("NOT_ADMITTED", events.poll(60, TimeUnit.SECONDS));
    assertEquals(ErrorKind.NOT_ADMITTED, failure(channel).kind());
    assertEquals(0, openCalls.count());
  }

  /** A busy machine may spoil some of the tries, not each of them. */
  private boolean anEndIsPrompt(Channel channel) throws Exception {
    for (int i = 0; i < 5; i++) {
      BlockingQueue<String> events = watch(channel);
      end(peer -> true);
      if ("NOT_ADMITTED".equals(events.poll(1, TimeUnit.SECONDS))) {
        return true;
      }
    }
    return false;
  }

  private void end(Predicate<PeerIdentity> whose) {
    openCalls.end(
        whose,
        FederationException.of(ErrorKind.NOT_ADMITTED, "certificate", "revoked", "valid", "Ask."));
  }

  /** An open call that has brought its first view. */
  private static BlockingQueue<String> watch(Channel channel) throws InterruptedException {
    BlockingQueue<String> events = new ArrayBlockingQueue<>(10);
    OperationsGrpc.newStub(channel)
        .watchRun(
            WatchRequest.newBuilder().build(),
            new StreamObserver<>() {
              @Override
              public void onNext(RunView view) {
                events.add("view");
              }

              @Override
              public void onError(Throwable failure) {
                events.add(ErrorStatus.fromStatus(failure).kind().name());
              }

              @Override
              public void onCompleted() {
                events.add("completed");
              }
            });
    assertEquals("view", events.poll(60, TimeUnit.SECONDS));
    return events;
  }

  @Test
  void connect_nobodyListens_isUnreachable() {
    int port = serve(federation.right(TlsFixture.COORDINATOR));
    cleanup.remove(0).run();
    FederationException failed =
        failure(connect(federation.right(TlsFixture.NODE), port, TlsFixture.COORDINATOR));
    assertEquals(ErrorKind.UNREACHABLE, failed.kind());
    assertTrue(failed.kind().retryable());
  }

  @Test
  void start_portInUse_namesTheAddress() {
    TlsMaterial coordinator = federation.right(TlsFixture.COORDINATOR);
    int port = serve(coordinator);
    var settings =
        ListenSettings.of(
            new InetSocketAddress("localhost", 0),
            Optional.of(new InetSocketAddress("localhost", port)));
    var services = new ServerListeners.Services(List.of(), List.of(service()));
    var refused =
        assertThrows(
            FederationException.class,
            () ->
                ServerListeners.start(
                    settings, coordinator, List.of(), services, System::nanoTime));
    assertEquals(ErrorKind.IN_USE, refused.kind());
    assertTrue(refused.sentence().contains("localhost:" + port), refused.sentence());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void connect_twice_neverResumesASession(boolean jdk) throws Exception {
    TlsMaterial coordinator = federation.right(TlsFixture.COORDINATOR);
    int port = serve(jdk ? coordinator.withJdkProvider() : coordinator);
    SSLContext client = TlsProbe.context(federation.right(TlsFixture.NODE), temp);
    List<Long> created = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try (SSLSocket socket =
          (SSLSocket) client.getSocketFactory().createSocket("localhost", port)) {
        SSLSession session = TlsProbe.settle(socket);
        assertEquals("TLSv1.3", session.getProtocol());
        created.add(session.getCreationTime());
        assertEquals(1, session.getPeerCertificates().length);
      }
    }
    assertEquals(2, created.size());
    assertNotEquals(created.get(0), created.get(1));
  }
}
