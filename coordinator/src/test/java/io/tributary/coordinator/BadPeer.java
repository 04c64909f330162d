package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.tributary.coordinator.ScriptedUpdate.Fault;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.Accepted;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.Declined;
import io.tributary.proto.v1.Failed;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.TransferListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** Node {@code a} of a federation, whose every word the test decides. */
final class BadPeer {
  /** The deadline of the rounds in which it plays. */
  static final Duration ROUND = Duration.ofMinutes(5);

  private final TestFederation federation;
  private final ScriptedNode node;
  private final StreamObserver<NodeMessage> out;
  private boolean passed;

  BadPeer(TestFederation federation) throws IOException {
    this.federation = federation;
    Path home = Files.createDirectories(federation.folder().resolve("a"));
    node = new ScriptedNode("a", home, 0, id -> Fault.NONE);
    node.idle = true;
    federation.nodes.add(node);
    out = node.join(federation.channel("node", "a"));
  }

  /** The next assignment. */
  Assignment assigned() throws InterruptedException {
    while (true) {
      CoordinatorMessage message = next();
      if (message.hasAssignment()) {
        return message.getAssignment();
      }
    }
  }

  /** The reason of the next cancel. */
  String cancelled() throws InterruptedException {
    while (true) {
      CoordinatorMessage message = next();
      if (message.hasCancel()) {
        return message.getCancel().getReason();
      }
    }
  }

  private CoordinatorMessage next() throws InterruptedException {
    return requireNonNull(
        node.messages.poll(TestFederation.PATIENCE.toSeconds(), TimeUnit.SECONDS), "no message");
  }

  ScriptedUpdate update(Assignment assignment, Fault fault) {
    Path trained =
        federation
            .artifacts("operator", "ops")
            .fetch(
                Digest.parse(assignment.getTrained().getDigest()),
                assignment.getTrained().getSize(),
                ArtifactStore.open(federation.folder().resolve("a/cache"), DurableFiles.unforced()),
                TransferListener.silent());
    return ScriptedUpdate.make(assignment, trained, federation.folder().resolve("a"), 0.5f, fault);
  }

  static byte[] bytes(ScriptedUpdate update) throws IOException {
    return Files.readAllBytes(requireNonNull(update.files().values().iterator().next()));
  }

  RawSubmission open() {
    return new RawSubmission(federation.channel("node", "a"));
  }

  /** Submits a spoiled update whose bytes fit its header; the gate tells what it thinks. */
  String spoiled(Assignment assignment, Fault fault) throws Exception {
    ScriptedUpdate update = update(assignment, fault);
    Receipt receipt = open().header(update.header()).bytes(bytes(update)).end().receipt();
    if (!receipt.getAssignment().equals(assignment.getId())) {
      throw new AssertionError(receipt);
    }
    return cancelled();
  }

  /** Submits an update whose header alone is reason enough. */
  String misstated(Assignment assignment, Fault fault) throws Exception {
    return open().header(update(assignment, fault).header()).refusal().sentence();
  }

  /** Submits under another assignment's name. */
  String foreign(Assignment assignment, String id) throws Exception {
    SubmitHeader header =
        update(assignment, Fault.NONE).header().toBuilder().setAssignment(id).build();
    return open().header(header).refusal().sentence();
  }

  /** Sends more or fewer bytes than announced. */
  String sized(Assignment assignment, int change) throws Exception {
    ScriptedUpdate update = update(assignment, Fault.NONE);
    byte[] bytes = bytes(update);
    byte[] sent = Arrays.copyOf(bytes, bytes.length + change);
    FederationException refusal = open().header(update.header()).bytes(sent).end().refusal();
    return refusal.sentence();
  }

  /** Once all others count, the round's deadline passes; once. */
  void deadlinePasses(Assignment assignment) {
    if (passed) {
      return;
    }
    String run = id(assignment).round().run().value();
    federation.await(
        run,
        view ->
            view.getCohortList().stream()
                .filter(other -> !other.getNode().equals(node.name))
                .allMatch(other -> other.getState().equals("counted")));
    passed = true;
    federation.pass(ROUND, run);
  }

  void say(NodeMessage.Builder message) {
    out.onNext(message.build());
  }

  void accept(Assignment assignment) {
    out.onNext(
        NodeMessage.newBuilder()
            .setAccepted(Accepted.newBuilder().setAssignment(assignment.getId()))
            .build());
  }

  void fail(Assignment assignment, String kind, boolean retryable, String sentence) {
    out.onNext(
        NodeMessage.newBuilder()
            .setFailed(
                Failed.newBuilder()
                    .setAssignment(assignment.getId())
                    .setKind(kind)
                    .setRetryable(retryable)
                    .setSentence(sentence))
            .build());
  }

  void decline(Assignment assignment, String sentence) {
    out.onNext(
        NodeMessage.newBuilder()
            .setDeclined(
                Declined.newBuilder()
                    .setAssignment(assignment.getId())
                    .setReason(Declined.Reason.REASON_POLICY)
                    .setSentence(sentence))
            .build());
  }

  /** The connection is gone. */
  void leave() {
    out.onError(new IllegalStateException("gone"));
  }

  static AssignmentId id(Assignment assignment) {
    return AssignmentId.parse(assignment.getId());
  }
}
