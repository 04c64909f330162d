package io.tributary.coordinator.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.driver.DriverOptions;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.journal.MemoryJournal;
import io.tributary.coordinator.registry.NodeRegistry;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.FederationName;
import io.tributary.federation.NodeName;
import io.tributary.federation.PeerName;
import io.tributary.proto.v1.Accepted;
import io.tributary.proto.v1.DatasetCard;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.PeerIdentity;
import io.tributary.transport.chunk.StallWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One node's Join against a driver that takes few events and answers when the test lets it. */
@Timeout(60)
class JoinCallTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int INBOX = 2;

  private static final Duration SILENCE = Duration.ofMillis(40);

  private final AtomicLong nanos = new AtomicLong();
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final StallWatch watch = new StallWatch(timer, nanos::get, SILENCE);
  private final NodeStream stream = new NodeStream();
  private final MemoryJournal journal = new MemoryJournal();
  private final RoundDriver driver =
      RoundDriver.open(
          journal,
          new DriverOptions(() -> NOW, () -> 0, Failpoints.none(), failure -> {}, INBOX, 16));
  private final NodeRegistry registry = new NodeRegistry(() -> NOW);
  private final JoinCall call = call(stream, "a");

  private JoinCall call(NodeStream to, String node) {
    return new JoinCall(
        new PeerIdentity(PeerName.parse("tributary://test/node/" + node), "5e41a1", NOW),
        to,
        new ParticipationService.Parts(
            new FederationName("test"),
            Duration.ofSeconds(60),
            1_000,
            watch,
            () -> 0,
            registry,
            driver));
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
    driver.close();
    journal.close();
  }

  @Test
  void silence_beforeHello_endsTheCall() {
    nanos.set(SILENCE.toNanos());
    while (stream.failure.isEmpty()) {
      Thread.onSpinWait();
    }
    FederationException end = ErrorStatus.fromStatus(stream.failure.orElseThrow());
    assertEquals(ErrorKind.TIMED_OUT, end.kind());
    assertTrue(end.sentence().contains("none in time (expected: HELLO)"), end.sentence());
  }

  @Test
  void silence_afterHello_isKeepAlivesBusiness() {
    timer.setRemoveOnCancelPolicy(true);
    call.onNext(hello());
    nanos.set(SILENCE.toNanos());
    assertEquals(0, timer.getQueue().size());
    assertTrue(stream.failure.isEmpty());
  }

  private static NodeMessage hello() {
    return NodeMessage.newBuilder()
        .setHello(
            Hello.newBuilder()
                .addProtocols("v1")
                .setCard(DatasetCard.newBuilder().setTrainExamples(10)))
        .build();
  }

  private static NodeMessage accepted() {
    return NodeMessage.newBuilder()
        .setAccepted(Accepted.newBuilder().setAssignment("t-1/1/1/a"))
        .build();
  }

  private void asksForOneMore() throws InterruptedException {
    assertTrue(stream.requested.tryAcquire(30, TimeUnit.SECONDS), "no message was asked for");
    assertFalse(stream.requested.tryAcquire(), "two messages were asked for");
  }

  @Test
  void onNext_beforeTheDriverAnswered_asksForNoMore() throws Exception {
    asksForOneMore();
    call.onNext(hello());
    assertEquals(0, stream.requested.availablePermits());

    driver.start(effect -> {});
    asksForOneMore();
    call.onNext(accepted());
    asksForOneMore();
    call.onNext(NodeMessage.getDefaultInstance());
    asksForOneMore();
  }

  @Test
  void leave_inboxIsFull_theDriverHearsOfItAllTheSame() throws Exception {
    call.onNext(hello());
    var waiting = driver.submit(new RoundEvent.TimePassed()).toCompletableFuture();
    assertTrue(
        driver.submit(new RoundEvent.TimePassed()).toCompletableFuture().isCompletedExceptionally(),
        "the inbox is not full");

    call.onError(new IllegalStateException("gone"));
    driver.start(effect -> {});

    waiting.get(30, TimeUnit.SECONDS);
    driver.close();
    assertTrue(driver.world().roster().find(new NodeName("a")).isEmpty());
  }

  @Test
  void welcome_moreNodesAreKnown_theReturnIsSpreadWider() {
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      var node = new NodeStream();
      call(node, "n" + i).onNext(hello());
      told.add(node.sent.get(0).getWelcome().getReturnWithin().getSeconds());
    }
    assertEquals(0, told.get(0));
    assertEquals(1, told.get(199));
  }
}
