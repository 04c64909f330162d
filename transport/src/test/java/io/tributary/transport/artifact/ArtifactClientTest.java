package io.tributary.transport.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.BlockingClientCall;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.GroupReference;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.Retry;
import io.tributary.transport.chunk.Chunks;
import io.tributary.transport.chunk.StallWatch;
import io.tributary.transport.testing.GrpcResources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ArtifactClientTest {
  private static final int SIZE = 5_000_000;
  private static final Duration IDLE = Duration.ofSeconds(20);

  @RegisterExtension final GrpcResources grpc = new GrpcResources();
  @TempDir private Path temp;

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean hurry = new AtomicBoolean();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final byte[] bytes = new byte[SIZE];
  private ArtifactStore remote;
  private ArtifactStore local;
  private FolderArtifacts service;
  private ArtifactClient client;
  private Digest digest;

  @BeforeEach
  void serve() throws Exception {
    random.nextBytes(bytes);
    digest = Digest.of(bytes);
    remote = ArtifactStore.open(temp.resolve("remote"), DurableFiles.unforced());
    local = ArtifactStore.open(temp.resolve("local"), DurableFiles.unforced());
    service =
        new FolderArtifacts(remote, new StallWatch(timer, this::time, Duration.ofMillis(400)));
    grpc.register(
        InProcessServerBuilder.forName("artifacts")
            .addService(
                ServerInterceptors.intercept(
                    service,
                    new ServerInterceptor() {
                      @Override
                      public <Q, R> ServerCall.Listener<Q> interceptCall(
                          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                        return tellClosing(call, headers, next);
                      }
                    }))
            .build()
            .start());
    client = client(Retry.Policy.usual());
  }

  @AfterEach
  void stop() {
    timer.shutdownNow();
  }

  /** Stands still; in a hurry, each look at it is a minute later. */
  private long time() {
    return hurry.get() ? nanos.addAndGet(Duration.ofMinutes(1).toNanos()) : nanos.get();
  }

  /** Tells when the server has closed a call. */
  private <Q, R> ServerCall.Listener<Q> tellClosing(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            super.close(status, trailers);
            closed.countDown();
          }
        },
        headers);
  }

  private ArtifactClient client(Retry.Policy policy) {
    var retry = new Retry(policy, random, () -> 0, wait -> {});
    return new ArtifactClient(grpc.connect("artifacts"), IDLE, retry);
  }

  private void readOn(BlockingClientCall<?, Chunk> call) throws Exception {
    assertTrue(closed.await(60, TimeUnit.SECONDS));
    Chunk chunk = call.read(60, TimeUnit.SECONDS);
    while (chunk != null) {
      chunk = call.read(60, TimeUnit.SECONDS);
    }
  }

  private static FileReference reference(Digest digest, long size) {
    return FileReference.newBuilder().setDigest(digest.toString()).setSize(size).build();
  }

  private static void assertKind(ErrorKind kind, org.junit.jupiter.api.function.Executable call) {
    assertEquals(kind, assertThrows(FederationException.class, call).kind());
  }

  @Test
  void fetch_wholeFile_isVerifiedAndStoredOnce() throws Exception {
    remote.put(bytes);
    List<Long> done = new ArrayList<>();
    Path path = client.fetch(digest, SIZE, local, (d, total) -> done.add(d));
    assertArrayEquals(bytes, Files.readAllBytes(path));
    assertEquals(SIZE, done.get(done.size() - 1));
    assertEquals(path, client.fetch(digest, SIZE, local, TransferListener.silent()));
    assertEquals(List.of(0L), service.fetchedFrom);
  }

  @Test
  void fetch_storedFileDecayed_isThrownAwayAndFetchedAgain() throws Exception {
    remote.put(bytes);
    Path path = client.fetch(digest, SIZE, local, TransferListener.silent());
    byte[] decayed = bytes.clone();
    decayed[SIZE / 2] ^= 1;
    Files.write(path, decayed);
    client.fetch(digest, SIZE, local, TransferListener.silent());
    assertArrayEquals(bytes, Files.readAllBytes(path));
    assertEquals(List.of(0L, 0L), service.fetchedFrom);
  }

  @Test
  void fetch_cutInTheMiddle_goesOnFromWhatIsStored() throws Exception {
    remote.put(bytes);
    service.breakOnceAfter(2L * Chunks.SENT_BYTES);
    Path path = client.fetch(digest, SIZE, local, TransferListener.silent());
    assertArrayEquals(bytes, Files.readAllBytes(path));
    assertEquals(2, service.fetchedFrom.size());
    long resumed = service.fetchedFrom.get(1);
    assertTrue(resumed > 0 && resumed <= 2L * Chunks.SENT_BYTES, "resumed at " + resumed);
  }

  @Test
  void fetch_storedPrefixDamaged_startsAnewOnce() throws Exception {
    remote.put(bytes);
    byte[] damaged = Arrays.copyOf(bytes, 1_000_000);
    damaged[5] ^= 1;
    Files.write(local.part(digest), damaged);
    Path path = client.fetch(digest, SIZE, local, TransferListener.silent());
    assertArrayEquals(bytes, Files.readAllBytes(path));
    assertEquals(List.of(1_000_000L, 0L), service.fetchedFrom);
  }

  @Test
  void fetch_serverHoldsOtherBytes_isCorruptAndNothingIsStored() throws Exception {
    remote.put(bytes);
    byte[] other = bytes.clone();
    other[SIZE - 1] ^= 1;
    Files.write(remote.path(digest), other);
    assertKind(
        ErrorKind.CORRUPT, () -> client.fetch(digest, SIZE, local, TransferListener.silent()));
    assertTrue(local.find(digest).isEmpty());
    assertEquals(1, service.fetchedFrom.size());
  }

  @Test
  void fetch_moreOrLessThanAnnounced_refused() {
    remote.put(bytes);
    assertKind(
        ErrorKind.INVALID_ARGUMENT,
        () -> client.fetch(digest, SIZE - 1, local, TransferListener.silent()));
    local.delete(digest);
    assertKind(
        ErrorKind.INVALID_ARGUMENT,
        () -> client.fetch(digest, SIZE + 1, local, TransferListener.silent()));
    assertTrue(local.find(digest).isEmpty());
  }

  @Test
  void fetch_unknownDigest_isNotFoundWithoutRetry() {
    assertKind(
        ErrorKind.NOT_FOUND, () -> client.fetch(digest, SIZE, local, TransferListener.silent()));
    assertEquals(1, service.fetchedFrom.size());
  }

  @Test
  void fetch_slowReader_holdsTheSenderBack() throws Exception {
    remote.put(bytes);
    BlockingClientCall<?, Chunk> call =
        ArtifactsGrpc.newBlockingV2Stub(grpc.connect("artifacts"))
            .fetch(FetchRequest.newBuilder().setDigest(digest.toString()).build());
    assertEquals(0, call.read().getOffset());
    // one chunk is read; then the stall ends the call, and whatever was on its way comes first
    hurry.set(true);
    var ended = assertThrows(StatusException.class, () -> readOn(call));
    assertEquals(ErrorKind.TIMED_OUT, ErrorStatus.fromStatus(ended).kind());
    assertTrue(service.sentBytes() <= 3L * Chunks.SENT_BYTES, "sent " + service.sentBytes());
  }

  @Test
  void submit_twoGroups_arriveAndGiveTheReceipt() throws Exception {
    byte[] small = {1, 2, 3};
    SubmitHeader header =
        SubmitHeader.newBuilder()
            .setAssignment("r/1/1/a")
            .addGroups(group("delta", digest, SIZE))
            .addGroups(group("statistic", Digest.of(small), small.length))
            .build();
    Path delta = Files.write(temp.resolve("delta"), bytes);
    Path statistic = Files.write(temp.resolve("statistic"), small);
    List<Long> done = new ArrayList<>();
    service.breakOnceAfter(3L * Chunks.SENT_BYTES);
    Receipt receipt =
        client.submit(
            header,
            Map.of("delta", delta, "statistic", statistic),
            (d, total) -> {
              assertEquals(SIZE + 3L, total);
              done.add(d);
            });
    assertEquals("r/1/1/a", receipt.getAssignment());
    assertArrayEquals(bytes, remote.read(digest));
    assertArrayEquals(small, remote.read(Digest.of(small)));
    assertEquals(SIZE + 3L, done.get(done.size() - 1));
    assertEquals(List.of(0L, 3L * Chunks.SENT_BYTES, 0L), service.groupsFrom);
  }

  @Test
  void submit_storedPrefixDamaged_isSentAgainFromTheStart() throws Exception {
    byte[] damaged = java.util.Arrays.copyOf(bytes, 2_000_000);
    damaged[17] ^= 1;
    Files.write(remote.part(digest), damaged);
    Path delta = Files.write(temp.resolve("delta"), bytes);
    SubmitHeader header = SubmitHeader.newBuilder().addGroups(group("delta", digest, SIZE)).build();
    ArtifactClient once = client(Retry.Policy.once());
    once.submit(header, Map.of("delta", delta), TransferListener.silent());
    assertEquals(List.of(2_000_000L, 0L), service.groupsFrom);
    assertArrayEquals(bytes, remote.read(digest));
  }

  @Test
  void submit_fileHasOtherBytesThanItsDigest_isCorruptAndNotSentAgain() throws Exception {
    byte[] damaged = bytes.clone();
    damaged[17] ^= 1;
    Path delta = Files.write(temp.resolve("delta"), damaged);
    SubmitHeader header = SubmitHeader.newBuilder().addGroups(group("delta", digest, SIZE)).build();
    ArtifactClient once = client(Retry.Policy.once());
    assertKind(
        ErrorKind.CORRUPT,
        () -> once.submit(header, Map.of("delta", delta), TransferListener.silent()));
    assertEquals(List.of(0L), service.groupsFrom);
  }

  private static GroupReference group(String name, Digest digest, long size) {
    return GroupReference.newBuilder()
        .setName(name)
        .setCodec("f32")
        .setFile(reference(digest, size))
        .build();
  }

  @Test
  void submit_fileLongerThanStated_refusedBeforeItIsStored() throws Exception {
    Path delta = Files.write(temp.resolve("delta"), bytes);
    SubmitHeader header = SubmitHeader.newBuilder().addGroups(group("delta", digest, 1000)).build();
    assertKind(
        ErrorKind.INVALID_ARGUMENT,
        () -> client.submit(header, Map.of("delta", delta), TransferListener.silent()));
    assertEquals(0, service.receivedBytes.get());
    assertEquals(0, Files.size(remote.part(digest)));
  }

  @Test
  void submit_senderStalls_isEndedAndWhatCameStays() throws Exception {
    var call = ArtifactsGrpc.newBlockingV2Stub(grpc.connect("artifacts")).put();
    call.write(PutMessage.newBuilder().setFile(reference(digest, SIZE)).build());
    call.write(
        PutMessage.newBuilder()
            .setChunk(
                Chunk.newBuilder().setData(com.google.protobuf.ByteString.copyFrom(bytes, 0, 1000)))
            .build());
    hurry.set(true);
    var ended = assertThrows(StatusException.class, () -> call.read(60, TimeUnit.SECONDS));
    assertEquals(ErrorKind.TIMED_OUT, ErrorStatus.fromStatus(ended).kind());
    assertEquals(1000, Files.size(remote.part(digest)));
  }

  @Test
  void put_files_sendsWhatIsMissingOnly() throws Exception {
    byte[] known = {9};
    remote.put(known);
    Path a = Files.write(temp.resolve("a"), bytes);
    Path b = Files.write(temp.resolve("b"), known);
    var files =
        List.of(
            new StoredFile(a, digest, SIZE),
            new StoredFile(b, Digest.of(known), 1),
            new StoredFile(a, digest, SIZE));
    assertEquals(Set.of(digest), client.missing(files));
    service.breakOnceAfter(Chunks.SENT_BYTES);
    client.put(files, TransferListener.silent());
    assertArrayEquals(bytes, remote.read(digest));
    assertEquals(SIZE, service.receivedBytes.get(), "no byte twice");
    assertEquals(List.of(0L, (long) Chunks.SENT_BYTES), service.putsFrom);
    assertEquals(Set.of(), client.missing(files));
  }

  @Test
  void put_storedPrefixDamaged_isSentAgainFromTheStart() throws Exception {
    byte[] damaged = java.util.Arrays.copyOf(bytes, 2_000_000);
    damaged[17] ^= 1;
    Files.write(remote.part(digest), damaged);
    Path a = Files.write(temp.resolve("a"), bytes);
    client(Retry.Policy.once())
        .put(List.of(new StoredFile(a, digest, SIZE)), TransferListener.silent());
    assertEquals(List.of(2_000_000L, 0L), service.putsFrom);
    assertArrayEquals(bytes, remote.read(digest));
  }

  @Test
  void put_allStoredButNotAdopted_sendsNothingMore() throws Exception {
    Files.write(remote.part(digest), bytes);
    Path a = Files.write(temp.resolve("a"), bytes);
    client.put(List.of(new StoredFile(a, digest, SIZE)), TransferListener.silent());
    assertEquals(0, service.receivedBytes.get());
    assertArrayEquals(bytes, remote.read(digest));
  }

  @Test
  void put_coordinatorThatTellsNoOffsets_isSentFromTheStart() throws Exception {
    service.tellNoStored();
    Path a = Files.write(temp.resolve("a"), bytes);
    service.breakOnceAfter(Chunks.SENT_BYTES);
    client.put(List.of(new StoredFile(a, digest, SIZE)), TransferListener.silent());
    assertEquals(List.of(0L, 0L), service.putsFrom);
    assertEquals(Chunks.SENT_BYTES + SIZE, service.receivedBytes.get());
    assertArrayEquals(bytes, remote.read(digest));
  }

  @Test
  void put_cutAgainAndAgainAtTheSamePlace_endsWithTheLimit() throws Exception {
    service.tellNoStored();
    Path a = Files.write(temp.resolve("a"), bytes);
    var minutes = new AtomicLong();
    // each try takes a minute and comes no further than the one before
    var retry =
        new Retry(
            Retry.Policy.usual(),
            random,
            () -> Duration.ofMinutes(minutes.get()).toNanos(),
            wait -> {
              assertTrue(minutes.incrementAndGet() < 60, "tried for an hour");
              service.breakOnceAfter(Chunks.SENT_BYTES);
            });
    service.breakOnceAfter(Chunks.SENT_BYTES);
    var patient = new ArtifactClient(grpc.connect("artifacts"), IDLE, retry);
    assertKind(
        ErrorKind.UNREACHABLE,
        () -> patient.put(List.of(new StoredFile(a, digest, SIZE)), TransferListener.silent()));
    assertTrue(minutes.get() >= 4, minutes + " minutes");
  }

  @Test
  void fetch_threadInterrupted_isCancelled() {
    remote.put(bytes);
    Thread.currentThread().interrupt();
    assertKind(
        ErrorKind.CANCELLED,
        () -> client(Retry.Policy.once()).fetch(digest, SIZE, local, TransferListener.silent()));
    assertTrue(Thread.interrupted());
  }
}
