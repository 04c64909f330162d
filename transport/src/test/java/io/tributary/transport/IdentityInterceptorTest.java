package io.tributary.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Metadata;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.PeerName;
import io.tributary.federation.Role;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.proto.v1.Welcome;
import io.tributary.transport.chunk.Chunks;
import io.tributary.transport.testing.GrpcResources;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class IdentityInterceptorTest {
  private static final Metadata.Key<String> NAME =
      Metadata.Key.of("test-peer", Metadata.ASCII_STRING_MARSHALLER);
  private static final String JOIN = "tributary.v1.Participation/Join";

  private static final int MOST_CALLS = 3;

  @RegisterExtension final GrpcResources grpc = new GrpcResources();

  private final OpenCalls openCalls = new OpenCalls();
  private final BlockingQueue<String> seen = new ArrayBlockingQueue<>(100);

  /** Says welcome in the caller's name, and fails on a message `progress`. */
  private final class Doorman extends ParticipationGrpc.ParticipationImplBase {
    @Override
    public StreamObserver<NodeMessage> join(StreamObserver<CoordinatorMessage> out) {
      String name = PeerContext.current().name().name();
      if (name.equals("unlucky")) {
        throw FederationException.of(ErrorKind.NOT_READY, "service", "closing", "open", "Wait.");
      }
      out.onNext(
          CoordinatorMessage.newBuilder()
              .setWelcome(Welcome.newBuilder().setFederation(name))
              .build());
      return new StreamObserver<>() {
        @Override
        public void onNext(NodeMessage message) {
          if (message.hasProgress()) {
            throw FederationException.of(ErrorKind.STALE, "round", "over", "open", "Stop.");
          }
          if (message.hasFailed()) {
            throw new IllegalStateException("defect");
          }
          seen.add("message");
        }

        @Override
        public void onError(Throwable reason) {
          seen.add("broken " + PeerContext.current().name().name());
        }

        @Override
        public void onCompleted() {
          out.onCompleted();
        }
      };
    }
  }

  private static final class Outcome implements StreamObserver<CoordinatorMessage> {
    private final BlockingQueue<String> events = new ArrayBlockingQueue<>(100);

    @Override
    public void onNext(CoordinatorMessage message) {
      events.add("welcome " + message.getWelcome().getFederation());
    }

    @Override
    public void onError(Throwable failure) {
      events.add("failed " + ErrorStatus.fromStatus(failure).kind());
    }

    @Override
    public void onCompleted() {
      events.add("completed");
    }

    String next() throws InterruptedException {
      return String.valueOf(events.poll(60, TimeUnit.SECONDS));
    }
  }

  @BeforeEach
  void serve() {
    PeerAuthenticator authenticator =
        (call, headers) -> {
          String name = headers.get(NAME);
          if (name == null) {
            throw FederationException.of(ErrorKind.NOT_ADMITTED, "name", "none", "one", "Say it.");
          }
          return new PeerIdentity(PeerName.parse(name), "1", Instant.MAX);
        };
    var access = new AccessTable(Map.of(JOIN, Set.of(Role.NODE)));
    grpc.serve(
        "identity",
        List.of(new IdentityInterceptor(authenticator, access, openCalls, MOST_CALLS)),
        new Doorman());
  }

  private StreamObserver<NodeMessage> join(String peer, Outcome outcome) {
    var headers = new Metadata();
    if (!peer.isEmpty()) {
      headers.put(NAME, peer);
    }
    return ParticipationGrpc.newStub(grpc.connect("identity"))
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .join(outcome);
  }

  @Test
  void call_admittedPeer_isKnownToTheService() throws Exception {
    var outcome = new Outcome();
    var node = join("tributary://acme/node/a", outcome);
    assertEquals("welcome a", outcome.next());
    assertEquals(1, openCalls.count());
    node.onNext(NodeMessage.getDefaultInstance());
    assertEquals("message", seen.poll(60, TimeUnit.SECONDS));
    node.onCompleted();
    assertEquals("completed", outcome.next());
  }

  @Test
  void call_withoutIdentityOrWithAnotherRole_refusedBeforeTheService() throws Exception {
    for (String peer : List.of("", "tributary://acme/operator/a")) {
      var outcome = new Outcome();
      var node = join(peer, outcome);
      assertEquals("failed NOT_ADMITTED", outcome.next());
      assertTrue(node instanceof ClientCallStreamObserver);
    }
    assertEquals(0, openCalls.count());
    assertNull(seen.poll());
  }

  @Test
  void end_openCallsOfAPeer_cancelsThemOnBothSidesAndNoOther() throws Exception {
    var a = new Outcome();
    var b = new Outcome();
    join("tributary://acme/node/a", a);
    var other = join("tributary://acme/node/b", b);
    assertEquals("welcome a", a.next());
    assertEquals("welcome b", b.next());
    var reason =
        FederationException.of(ErrorKind.NOT_ADMITTED, "certificate", "revoked", "valid", "Ask.");
    assertEquals(1, openCalls.end(peer -> peer.name().name().equals("a"), reason));
    assertEquals("broken a", seen.poll(60, TimeUnit.SECONDS));
    assertEquals("failed NOT_ADMITTED", a.next());
    assertEquals(1, openCalls.count());
    other.onCompleted();
    assertEquals("completed", b.next());
  }

  @Test
  void call_serviceThrows_endsWithItsKind() throws Exception {
    var stale = new Outcome();
    join("tributary://acme/node/a", stale)
        .onNext(
            NodeMessage.newBuilder()
                .setProgress(io.tributary.proto.v1.Progress.getDefaultInstance())
                .build());
    assertEquals("welcome a", stale.next());
    assertEquals("failed STALE", stale.next());
    var defect = new Outcome();
    join("tributary://acme/node/a", defect)
        .onNext(
            NodeMessage.newBuilder()
                .setFailed(io.tributary.proto.v1.Failed.getDefaultInstance())
                .build());
    assertEquals("welcome a", defect.next());
    assertEquals("failed INTERNAL", defect.next());
    assertEquals("broken a", seen.poll(60, TimeUnit.SECONDS));
  }

  @Test
  void call_moreThanACertificateMayHave_fullUntilOneEnds() throws Exception {
    List<StreamObserver<NodeMessage>> calls = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < MOST_CALLS; i++) {
      outcomes.add(new Outcome());
      calls.add(join("tributary://acme/node/a", outcomes.get(i)));
      assertEquals("welcome a", outcomes.get(i).next());
    }
    var oneMore = new Outcome();
    join("tributary://acme/node/a", oneMore);
    assertEquals("failed FULL", oneMore.next());
    assertTrue(ErrorKind.FULL.retryable());
    assertEquals(MOST_CALLS, openCalls.count());

    calls.remove(0).onCompleted();
    assertEquals("completed", outcomes.remove(0).next());
    while (openCalls.count() == MOST_CALLS) {
      Thread.onSpinWait();
    }
    var later = new Outcome();
    calls.add(join("tributary://acme/node/a", later));
    outcomes.add(later);
    assertEquals("welcome a", later.next());
    calls.forEach(StreamObserver::onCompleted);
    for (Outcome outcome : outcomes) {
      assertEquals("completed", outcome.next());
    }
  }

  @Test
  void call_serviceCannotBegin_endsWithItsKindAndIsForgotten() throws Exception {
    for (int i = 0; i <= MOST_CALLS; i++) {
      var outcome = new Outcome();
      join("tributary://acme/node/unlucky", outcome);
      assertEquals("failed NOT_READY", outcome.next());
      while (openCalls.count() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void bulkMessages_largestChunk_fits() {
    int around = ServerListeners.BULK_MESSAGE_BYTES - Chunks.MOST_BYTES;
    assertTrue(around >= 1 << 10 && around <= 1 << 20, around + " bytes around a chunk");
  }

  @Test
  void current_outsideACall_isADefect() {
    assertThrows(IllegalStateException.class, PeerContext::current);
    assertFalse(seen.contains("message"));
  }
}
