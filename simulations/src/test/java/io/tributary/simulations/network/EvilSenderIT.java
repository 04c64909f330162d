package io.tributary.simulations.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.netty.util.internal.PlatformDependent;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.proto.v1.Accepted;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.DatasetCard;
import io.tributary.proto.v1.Failed;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.GroupReference;
import io.tributary.proto.v1.GroupStart;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.TlsChannels;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A peer with a right certificate and bad manners, over real TLS: its call or connection ends, the
 * coordinator's memory is what it was, and the round commits without it. Silent peers are in
 * transport's SilentPeerIT and StallIT.
 */
@Timeout(120)
class EvilSenderIT {
  /** What an evil sender would send if it were let; many times what may stay in memory. */
  private static final long ENDLESS = 512L << 20;

  private static final long MOST_GROWTH = 48L << 20;

  private static final long SAMPLE_MILLIS = 50;

  @TempDir Path folder;
  private NetworkFederation federation;
  private TlsChannels evil;
  private String run;
  private Assignment assignment;
  private StreamObserver<NodeMessage> join;
  private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong peak = new AtomicLong();
  private long before;

  @BeforeEach
  void assigned() throws Exception {
    federation = new NetworkFederation(folder);
    federation.site("good", 0.5f).start().awaitJoins(1);
    federation.certify("evil");
    evil = federation.channels("evil");
    BlockingQueue<CoordinatorMessage> told = new LinkedBlockingQueue<>();
    join = ParticipationGrpc.newStub(evil.control()).join(new Told(told));
    join.onNext(
        NodeMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .addProtocols("v1")
                    .setCard(DatasetCard.newBuilder().setTrainExamples(4)))
            .build());
    assertTrue(told.take().hasWelcome());
    run =
        federation.run(
            1,
            "\"cohort\": {\"quorum\": 1, \"nodes\": [\"evil\", \"good\"]},"
                + " \"deadlines\": {\"recruit\": \"60s\", \"round\": \"5m\"}");
    CoordinatorMessage order = told.take();
    assignment = order.getAssignment();
    join.onNext(
        NodeMessage.newBuilder()
            .setAccepted(Accepted.newBuilder().setAssignment(assignment.getId()))
            .build());
    before = usedBytes();
    var unused =
        sampler.scheduleWithFixedDelay(this::sample, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void end() {
    sampler.shutdown();
    evil.close(Duration.ZERO);
    federation.close();
    Leaks.await();
  }

  private record Told(BlockingQueue<CoordinatorMessage> messages)
      implements StreamObserver<CoordinatorMessage> {
    @Override
    public void onNext(CoordinatorMessage message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }

  /** Heap after a collection, and what Netty holds outside it. */
  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
        + Math.max(0, PlatformDependent.usedDirectMemory());
  }

  private void sample() {
    peak.accumulateAndGet(usedBytes(), Math::max);
  }

  /**
   * The most that was held at any time since the last look.
   *
   * @param own bytes that the evil sender itself, in this process, holds at a time
   */
  private void unharmed(String act, long own) {
    sample();
    long grown = peak.getAndSet(0) - before;
    System.out.printf("%s: memory grew by %d MiB%n", act, grown >> 20);
    assertTrue(grown < MOST_GROWTH + own, act + ": memory grew by " + (grown >> 20) + " MiB");
  }

  private SubmitMessage header() {
    var group = assignment.getGroups(0);
    return SubmitMessage.newBuilder()
        .setHeader(
            SubmitHeader.newBuilder()
                .setAssignment(assignment.getId())
                .setCheckpoint(assignment.getCheckpoint())
                .setExamples(4)
                .setSteps(1)
                .addGroups(
                    GroupReference.newBuilder()
                        .setName(group.getName())
                        .setLayoutDigest(group.getLayoutDigest())
                        .setCodec(group.getCodec())
                        .setFile(
                            FileReference.newBuilder()
                                .setDigest(Digest.ofUtf8("x").toString())
                                .setSize(group.getSize()))))
        .build();
  }

  private SubmitMessage start() {
    return SubmitMessage.newBuilder()
        .setGroup(GroupStart.newBuilder().setName(assignment.getGroups(0).getName()))
        .build();
  }

  /** Sends for as long as it is let, one message whenever there is room; gives what ended it. */
  private Throwable submit(LongFunction<SubmitMessage> messages, int bytes) throws Exception {
    var ended = new CompletableFuture<Throwable>();
    ArtifactsGrpc.newStub(evil.bulk(federation.bulk().getPort()))
        .submit(
            new ClientResponseObserver<SubmitMessage, Receipt>() {
              private long sent;

              @Override
              public void beforeStart(ClientCallStreamObserver<SubmitMessage> call) {
                call.setOnReadyHandler(
                    () -> {
                      while (call.isReady() && sent * bytes < ENDLESS) {
                        call.onNext(messages.apply(sent++));
                      }
                    });
              }

              @Override
              public void onNext(Receipt receipt) {}

              @Override
              public void onError(Throwable failure) {
                ended.complete(failure);
              }

              @Override
              public void onCompleted() {}
            });
    return ended.get(60, TimeUnit.SECONDS);
  }

  @Test
  void badManners_callsEndAndMemoryStaysAndTheRoundCommitsWithoutIt() throws Exception {
    endlessStream();
    endlessHeaders();
    crumbs();
    hugeMessage();
    hugeMetadata();
    join.onNext(
        NodeMessage.newBuilder()
            .setFailed(
                Failed.newBuilder()
                    .setAssignment(assignment.getId())
                    .setKind("INTERNAL")
                    .setSentence("it gives up"))
            .build());
    RunView end = federation.awaitEnd(run);
    assertEquals("completed", end.getState(), end.getReason());
    assertEquals(1, end.getRounds(1).getUpdates());
    assertTrue(
        end.getRounds(1).getCohortList().stream()
            .anyMatch(work -> work.getReason().contains("it gives up")));
  }

  private void endlessStream() throws Exception {
    ByteString data = ByteString.copyFrom(new byte[1 << 20]);
    Throwable end =
        submit(
            number ->
                switch ((int) Math.min(number, 2)) {
                  case 0 -> header();
                  case 1 -> start();
                  default ->
                      SubmitMessage.newBuilder()
                          .setChunk(Chunk.newBuilder().setOffset((number - 2) << 20).setData(data))
                          .build();
                },
            1 << 20);
    assertEquals(ErrorKind.INVALID_ARGUMENT, ErrorStatus.fromStatus(end).kind(), end.toString());
    unharmed("endless stream", 1 << 20);
  }

  private void endlessHeaders() throws Exception {
    Throwable end = submit(number -> header(), 1 << 10);
    assertEquals(ErrorKind.INVALID_ARGUMENT, ErrorStatus.fromStatus(end).kind(), end.toString());
    unharmed("endless headers", 0);
  }

  /** Bytes one by one, within what was declared: as much work for a byte as for a megabyte. */
  private void crumbs() throws Exception {
    ByteString one = ByteString.copyFrom(new byte[1]);
    Throwable end =
        submit(
            number ->
                switch ((int) Math.min(number, 2)) {
                  case 0 -> header();
                  case 1 -> start();
                  default ->
                      SubmitMessage.newBuilder()
                          .setChunk(Chunk.newBuilder().setOffset(number - 2).setData(one))
                          .build();
                },
            1);
    assertEquals(ErrorKind.INVALID_ARGUMENT, ErrorStatus.fromStatus(end).kind(), end.toString());
    assertTrue(end.toString().contains("too many small ones"), end.toString());
    unharmed("crumbs", 0);
  }

  /** Far more than the largest message that a bulk listener takes. */
  private void hugeMessage() throws Exception {
    ByteString data = ByteString.copyFrom(new byte[16 << 20]);
    SubmitMessage huge =
        SubmitMessage.newBuilder().setChunk(Chunk.newBuilder().setData(data)).build();
    Throwable end = submit(number -> number == 0 ? header() : huge, 16 << 20);
    assertEquals(ErrorKind.FULL, ErrorStatus.fromStatus(end).kind(), end.toString());
    unharmed("huge message", 48 << 20);
  }

  private void hugeMetadata() {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("x-huge", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(4 << 20));
    var stub =
        ArtifactsGrpc.newBlockingStub(evil.bulk(federation.bulk().getPort()))
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .withDeadlineAfter(30, TimeUnit.SECONDS);
    var refused =
        assertThrows(
            StatusRuntimeException.class, () -> stub.progress(StoredRequest.getDefaultInstance()));
    assertNotEquals(
        ErrorKind.INVALID_ARGUMENT, ErrorStatus.fromStatus(refused).kind(), "the service had it");
    unharmed("huge metadata", 16 << 20);
  }
}
