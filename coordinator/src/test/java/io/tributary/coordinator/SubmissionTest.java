package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.tributary.coordinator.ScriptedUpdate.Fault;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.GroupStart;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.RunRequest;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submissions that are cut, doubled or late; the test itself plays the node's part. */
class SubmissionTest {
  private static final String ONE = "\"cohort\": {\"quorum\": 1, \"nodes\": [\"a\"]}";
  private static final int FIRST_BYTES = 100;

  @TempDir Path folder;
  private TestFederation federation;
  private ScriptedNode node;
  private AssignmentId id;
  private ScriptedUpdate update;
  private String run;
  private final Map<String, Runnable> once = new ConcurrentHashMap<>();

  private void reached(String place) {
    Runnable act = once.remove(place);
    if (act != null) {
      act.run();
    }
  }

  @BeforeEach
  void assigned() throws Exception {
    federation = new TestFederation(folder, "full", "", this::reached);
    node = federation.node("a", 1);
    node.idle = true;
    run = federation.start(1, ONE).getRun();
    Assignment assignment = assignment();
    id = AssignmentId.parse(assignment.getId());
    Path trained =
        federation
            .artifacts("operator", "ops")
            .fetch(
                Digest.parse(assignment.getTrained().getDigest()),
                assignment.getTrained().getSize(),
                ArtifactStore.open(folder.resolve("cache"), DurableFiles.unforced()),
                TransferListener.silent());
    update = ScriptedUpdate.make(assignment, trained, folder, 1, Fault.NONE);
    node.finished.put(id, update);
  }

  @AfterEach
  void close() {
    federation.close();
  }

  @Test
  void submit_cut_goesOnFromTheStoredByte() throws Exception {
    var replies = new Replies();
    StreamObserver<SubmitMessage> call = begin(replies);
    call.onError(new IllegalStateException("cut"));

    Receipt receipt = node.submit(federation.channel("node", "a"), id);

    assertEquals(id.toString(), receipt.getAssignment());
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  @Test
  void submit_twoOpen_theNewestWins() throws Exception {
    var replies = new Replies();
    StreamObserver<SubmitMessage> older = begin(replies);

    Receipt receipt = node.submit(federation.channel("node", "a"), id);
    older.onNext(chunk(FIRST_BYTES, 1));

    assertEquals(id.toString(), receipt.getAssignment());
    FederationException end = ErrorStatus.fromStatus(requireNonNull(replies.failure()));
    assertEquals(ErrorKind.CANCELLED, end.kind());
    assertTrue(end.sentence().contains("newer one"), end.sentence());
  }

  @Test
  void submit_moreBytesThanStated_refusedAndTheRestCanFollow() throws Exception {
    var replies = new Replies();
    StreamObserver<SubmitMessage> call = begin(replies);
    long size = update.header().getGroups(0).getFile().getSize();

    call.onNext(chunk(FIRST_BYTES, Math.toIntExact(size)));

    FederationException end = ErrorStatus.fromStatus(requireNonNull(replies.failure()));
    assertEquals(ErrorKind.INVALID_ARGUMENT, end.kind());
    assertEquals(id.toString(), node.submit(federation.channel("node", "a"), id).getAssignment());
  }

  @Test
  void submit_roundIsOver_stale() {
    federation.operator().stopRun(RunRequest.newBuilder().setRun(run).build());

    var refusal =
        assertThrows(
            FederationException.class, () -> node.submit(federation.channel("node", "a"), id));

    assertEquals(ErrorKind.STALE, refusal.kind());
    assertTrue(refusal.sentence().contains(id.toString()), refusal.sentence());
  }

  @Test
  void submit_roundClosesUnderIt_staleAtTheNextByte() throws Exception {
    var replies = new Replies();
    StreamObserver<SubmitMessage> call = begin(replies);
    federation.operator().stopRun(RunRequest.newBuilder().setRun(run).build());

    call.onNext(chunk(FIRST_BYTES, 1));

    FederationException end = ErrorStatus.fromStatus(requireNonNull(replies.failure()));
    assertEquals(ErrorKind.STALE, end.kind(), end.sentence());
    assertTrue(end.sentence().contains("Throw the update away"), end.sentence());
  }

  @Test
  void submit_roundClosesBeforeItsEnd_staleAndNotTheLossOfAFile() throws Exception {
    var replies = new Replies();
    StreamObserver<SubmitMessage> call = begin(replies);
    int size = Math.toIntExact(update.header().getGroups(0).getFile().getSize());
    call.onNext(chunk(FIRST_BYTES, size - FIRST_BYTES));
    once.put(
        Failpoints.UPDATE_VERIFIED,
        () -> federation.operator().stopRun(RunRequest.newBuilder().setRun(run).build()));

    call.onCompleted();

    FederationException end = ErrorStatus.fromStatus(requireNonNull(replies.failure()));
    assertEquals(ErrorKind.STALE, end.kind(), end.sentence());
  }

  @Test
  void submit_otherUpdateAfterTheReceipt_stale() throws Exception {
    node.submit(federation.channel("node", "a"), id);
    Path other = folder.resolve("other.safetensors");
    byte[] bytes = Files.readAllBytes(requireNonNull(update.files().get("delta")));
    bytes[bytes.length - 1] ^= 1;
    Files.write(other, bytes);
    var header = update.header().toBuilder();
    header.getGroupsBuilder(0).getFileBuilder().setDigest(Digest.of(bytes).toString());
    node.finished.put(id, new ScriptedUpdate(header.build(), java.util.Map.of("delta", other)));

    var refusal =
        assertThrows(
            FederationException.class, () -> node.submit(federation.channel("node", "a"), id));

    assertEquals(ErrorKind.STALE, refusal.kind());
  }

  @Test
  void submit_otherUpdateReceiptedMeanwhile_staleAndItsFileUntouched() throws Exception {
    Path other = folder.resolve("other.safetensors");
    byte[] bytes = Files.readAllBytes(requireNonNull(update.files().get("delta")));
    bytes[bytes.length - 1] ^= 1;
    Files.write(other, bytes);
    var header = update.header().toBuilder();
    header.getGroupsBuilder(0).getFileBuilder().setDigest(Digest.of(bytes).toString());
    var channel = federation.channel("node", "a");
    once.put(Failpoints.UPDATE_ANNOUNCED, () -> node.submit(channel, id));

    var refusal =
        assertThrows(
            FederationException.class,
            () ->
                node.client(channel)
                    .submit(header.build(), Map.of("delta", other), TransferListener.silent()));

    assertEquals(ErrorKind.STALE, refusal.kind());
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  /**
   * While an older one verifies its bytes, a newer one waits for it; one that is newer still must
   * not pass by and take the older one's file away.
   */
  @Test
  void submit_twoMoreWhileOneIsBeingVerified_bothWaitAndItGetsItsReceipt() throws Exception {
    var channel = federation.channel("node", "a");
    var first = new RawSubmission(channel);
    byte[] bytes = Files.readAllBytes(requireNonNull(update.files().get("delta")));
    byte[] other = bytes.clone();
    other[other.length - 1] ^= 1;
    var header = update.header().toBuilder();
    header.getGroupsBuilder(0).getFileBuilder().setDigest(Digest.of(other).toString());
    List<RawSubmission> newer = new ArrayList<>();
    Path part = part(Digest.of(bytes));
    once.put(
        Failpoints.UPDATE_VERIFIED,
        () -> {
          newer.add(new RawSubmission(channel).header(header.build()));
          newer.add(new RawSubmission(channel).header(header.build()));
          while (waitingForSubmissions() < newer.size() && Files.exists(part)) {
            Thread.onSpinWait();
          }
        });

    Receipt receipt = first.header(update.header()).bytes(bytes).end().receipt();

    assertEquals(id.toString(), receipt.getAssignment());
    for (RawSubmission late : newer) {
      assertTrue(
          Set.of(ErrorKind.NOT_READY, ErrorKind.STALE).contains(late.refusal().kind()),
          late.refusal().sentence());
    }
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  /** A receipt is under way in the driver when its call is cut and a newer one comes. */
  @Test
  void submit_whileAnEarlierOneIsBeingReceipted_asksAgainAndGetsTheReceipt() throws Exception {
    var channel = federation.channel("node", "a");
    var refusal = new CompletableFuture<FederationException>();
    var first = new RawSubmission(channel);
    byte[] bytes = Files.readAllBytes(requireNonNull(update.files().get("delta")));
    byte[] other = bytes.clone();
    other[other.length - 1] ^= 1;
    var header = update.header().toBuilder();
    header.getGroupsBuilder(0).getFileBuilder().setDigest(Digest.of(other).toString());
    once.put(
        Failpoints.before("UpdateReceipted"),
        () -> {
          first.cut();
          refusal.complete(refusalOf(new RawSubmission(channel).header(header.build())));
        });

    first.header(update.header()).bytes(bytes).end();

    assertEquals(ErrorKind.NOT_READY, refusal.get(60, TimeUnit.SECONDS).kind());
    assertTrue(ErrorKind.NOT_READY.retryable());
    assertEquals(id.toString(), submitOnceReady(channel).getAssignment());
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  /** As a node does, whose tries go on while they may help. */
  private Receipt submitOnceReady(Channel channel) {
    while (true) {
      try {
        return node.submit(channel, id);
      } catch (FederationException e) {
        assertEquals(ErrorKind.NOT_READY, e.kind());
      }
    }
  }

  private static FederationException refusalOf(RawSubmission submission) {
    try {
      return submission.refusal();
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private Path part(Digest digest) {
    return folder
        .resolve("state/spool")
        .resolve(run)
        .resolve("1/a/1/delta." + digest.hex() + ".part");
  }

  /** Threads that wait for a submission that is at work. */
  private static long waitingForSubmissions() {
    var threads = ManagementFactory.getThreadMXBean();
    return Stream.of(threads.getThreadInfo(threads.getAllThreadIds()))
        .filter(thread -> thread != null && thread.getLockName() != null)
        .filter(thread -> thread.getLockName().contains("SubmitUpload"))
        .count();
  }

  @Test
  void judge_fileChangedSinceTheReceipt_runIsHeldWithTheFile() throws Exception {
    Path file = folder.resolve("state/spool").resolve(run).resolve("1/a/1/delta.safetensors");
    once.put(Failpoints.after("UpdateReceipted"), () -> flipLastBit(file));

    node.submit(federation.channel("node", "a"), id);

    RunView view = heldOrEnded();
    assertEquals("paused", view.getState());
    assertTrue(view.getReason().contains("delta.safetensors"), view.getReason());
    assertTrue(view.getReason().contains("the bytes that were stored"), view.getReason());
  }

  @Test
  void submit_runIsHeld_notReadyAndTakenAfterResume() throws Exception {
    var request = RunRequest.newBuilder().setRun(run).build();
    federation.operator().pauseRun(request);

    var refusal =
        assertThrows(
            FederationException.class, () -> node.submit(federation.channel("node", "a"), id));

    assertEquals(ErrorKind.NOT_READY, refusal.kind());
    federation.operator().resumeRun(request);
    node.submit(federation.channel("node", "a"), id);
    assertEquals("completed", federation.awaitEnd(run).getState());
  }

  private RunView heldOrEnded() {
    while (true) {
      RunView view = federation.operator().showRun(RunRequest.newBuilder().setRun(run).build());
      if (Set.of("paused", "completed", "failed").contains(view.getState())) {
        return view;
      }
      Thread.onSpinWait();
    }
  }

  private static void flipLastBit(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the header and the first bytes, and waits until they are stored. */
  private StreamObserver<SubmitMessage> begin(Replies replies) throws Exception {
    var channel = federation.channel("node", "a");
    StreamObserver<SubmitMessage> call = ArtifactsGrpc.newStub(channel).submit(replies);
    call.onNext(SubmitMessage.newBuilder().setHeader(update.header()).build());
    call.onNext(
        SubmitMessage.newBuilder().setGroup(GroupStart.newBuilder().setName("delta")).build());
    call.onNext(chunk(0, FIRST_BYTES));
    var stored =
        StoredRequest.newBuilder()
            .setAssignment(id.toString())
            .setGroup("delta")
            .setDigest(update.header().getGroups(0).getFile().getDigest())
            .build();
    var stub =
        ArtifactsGrpc.newBlockingStub(channel)
            .withDeadlineAfter(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    while (stub.progress(stored).getOffset() < FIRST_BYTES) {
      Thread.onSpinWait();
    }
    return call;
  }

  private SubmitMessage chunk(int from, int count) throws Exception {
    byte[] bytes = Files.readAllBytes(requireNonNull(update.files().get("delta")));
    byte[] padded = java.util.Arrays.copyOf(bytes, Math.max(bytes.length, from + count));
    return SubmitMessage.newBuilder()
        .setChunk(
            Chunk.newBuilder().setOffset(from).setData(ByteString.copyFrom(padded, from, count)))
        .build();
  }

  private Assignment assignment() throws InterruptedException {
    while (true) {
      CoordinatorMessage message =
          requireNonNull(
              node.messages.poll(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS),
              "no assignment came");
      if (message.hasAssignment()) {
        return message.getAssignment();
      }
    }
  }

  private static final class Replies implements StreamObserver<Receipt> {
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    Throwable failure() throws InterruptedException {
      return requireNonNull(
          failures.poll(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS), "no failure");
    }

    @Override
    public void onNext(Receipt receipt) {}

    @Override
    public void onError(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public void onCompleted() {}
  }
}
