package io.tributary.coordinator;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.Accepted;
import io.tributary.proto.v1.Assignment;
import io.tributary.proto.v1.CoordinatorMessage;
import io.tributary.proto.v1.DatasetCard;
import io.tributary.proto.v1.Failed;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.Finished;
import io.tributary.proto.v1.Hello;
import io.tributary.proto.v1.NodeMessage;
import io.tributary.proto.v1.ParticipationGrpc;
import io.tributary.proto.v1.Receipt;
import io.tributary.transport.Retry;
import io.tributary.transport.artifact.ArtifactClient;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.artifact.DurableFiles;
import io.tributary.transport.artifact.TransferListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * A node without training: joins, fetches what an assignment names, adds a constant, submits. Keeps
 * its finished updates over the coordinator's restarts, as a real node does on its disk.
 */
final class ScriptedNode implements AutoCloseable {
  final String name;
  final Map<AssignmentId, ScriptedUpdate> finished = new ConcurrentHashMap<>();
  final Map<AssignmentId, Receipt> receipts = new ConcurrentHashMap<>();
  volatile BlockingQueue<FederationException> refusals = new LinkedBlockingQueue<>();
  volatile Runnable afterSubmit = () -> {};
  volatile boolean idle;
  final BlockingQueue<CoordinatorMessage> messages = new LinkedBlockingQueue<>();
  final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

  private final Path folder;
  private final ArtifactStore store;
  private final float value;
  private final Function<AssignmentId, ScriptedUpdate.Fault> faults;
  private final ExecutorService executor = Executors.newSingleThreadExecutor();

  ScriptedNode(
      String name, Path folder, float value, Function<AssignmentId, ScriptedUpdate.Fault> faults) {
    this.name = name;
    this.folder = folder;
    this.value = value;
    this.faults = faults;
    this.store = ArtifactStore.open(folder.resolve("cache"), DurableFiles.unforced());
  }

  /** Notes what a coordinator says, and does nothing. */
  StreamObserver<CoordinatorMessage> replies() {
    return new StreamObserver<>() {
      @Override
      public void onNext(CoordinatorMessage message) {
        messages.add(message);
      }

      @Override
      public void onError(Throwable failure) {
        ends.add(failure.toString());
      }

      @Override
      public void onCompleted() {
        ends.add("completed");
      }
    };
  }

  /** Joins a coordinator, leaving none before. */
  StreamObserver<NodeMessage> join(Channel channel) {
    var replies = new Replies(channel);
    StreamObserver<NodeMessage> out = ParticipationGrpc.newStub(channel).join(replies);
    replies.out = out;
    synchronized (out) {
      out.onNext(NodeMessage.newBuilder().setHello(hello()).build());
    }
    return out;
  }

  Hello hello() {
    var hello =
        Hello.newBuilder()
            .setVersion("test")
            .addProtocols("v1")
            .setDevice("cpu")
            .setCard(DatasetCard.newBuilder().setTrainExamples(100));
    finished.keySet().forEach(id -> hello.addOpenAssignments(id.toString()));
    return hello.build();
  }

  ArtifactClient client(Channel channel) {
    var retry =
        new Retry(Retry.Policy.once(), new SplittableRandom(1), System::nanoTime, pause -> {});
    return new ArtifactClient(channel, TestFederation.PATIENCE, retry);
  }

  /** Submits again what was finished; the receipt must be the one that came before, if any did. */
  Receipt submit(Channel channel, AssignmentId id) {
    ScriptedUpdate update = requireNonNull(finished.get(id));
    Receipt receipt =
        client(channel).submit(update.header(), update.files(), TransferListener.silent());
    Receipt before = receipts.putIfAbsent(id, receipt);
    if (before != null && !before.equals(receipt)) {
      throw new AssertionError("another receipt: " + before + " then " + receipt);
    }
    return receipt;
  }

  private void work(Channel channel, StreamObserver<NodeMessage> out, Assignment assignment) {
    AssignmentId id = AssignmentId.parse(assignment.getId());
    try {
      if (!finished.containsKey(id)) {
        send(
            out,
            NodeMessage.newBuilder()
                .setAccepted(Accepted.newBuilder().setAssignment(assignment.getId())));
        fetch(channel, assignment.getBase());
        Path trained = fetch(channel, assignment.getTrained());
        finished.put(id, ScriptedUpdate.make(assignment, trained, folder, value, faults.apply(id)));
      }
      submit(channel, id);
      afterSubmit.run();
      send(
          out,
          NodeMessage.newBuilder()
              .setFinished(Finished.newBuilder().setAssignment(assignment.getId())));
    } catch (FederationException e) {
      refusals.add(e);
      // a crash within one process ends its calls as INTERNAL; a real one just cuts them
      if (!e.kind().retryable() && e.kind() != ErrorKind.INTERNAL) {
        send(
            out,
            NodeMessage.newBuilder()
                .setFailed(
                    Failed.newBuilder()
                        .setAssignment(assignment.getId())
                        .setKind(e.kind().name())
                        .setSentence(e.sentence())));
      }
    }
  }

  private Path fetch(Channel channel, FileReference file) {
    return client(channel)
        .fetch(Digest.parse(file.getDigest()), file.getSize(), store, TransferListener.silent());
  }

  private static void send(StreamObserver<NodeMessage> out, NodeMessage.Builder message) {
    synchronized (out) {
      try {
        out.onNext(message.build());
      } catch (IllegalStateException e) {
        // the call has ended; the coordinator asks again after the next join
      }
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }

  private final class Replies implements StreamObserver<CoordinatorMessage> {
    private final Channel channel;
    private volatile StreamObserver<NodeMessage> out = new Nobody();

    Replies(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void onNext(CoordinatorMessage message) {
      messages.add(message);
      if (message.hasAssignment() && !idle) {
        executor.execute(() -> work(channel, out, message.getAssignment()));
      }
    }

    @Override
    public void onError(Throwable failure) {
      ends.add(failure.toString());
    }

    @Override
    public void onCompleted() {
      ends.add("completed");
    }
  }

  private static final class Nobody implements StreamObserver<NodeMessage> {
    @Override
    public void onNext(NodeMessage message) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
