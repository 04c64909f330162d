package io.tributary.client.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Channel;
import io.tributary.client.session.SessionEvent.RetryWindow;
import io.tributary.client.task.Bulk;
import io.tributary.client.task.FinishedUpdate;
import io.tributary.federation.Digest;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.GroupReference;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.Retry;
import io.tributary.transport.artifact.ArtifactClient;
import io.tributary.transport.artifact.ArtifactStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The bulk calls of a node. Fetches go on through cut connections by themselves; a submission that
 * is cut comes back to the session, which knows when to try again.
 */
public final class BulkClient implements Bulk {
  private static final Duration IDLE = Duration.ofSeconds(60);

  private final Supplier<Channel> channel;
  private final ArtifactStore store;
  private final RandomGenerator random;
  private final LongSupplier nanos;

  /**
   * @param channel to the bulk listener as it is now
   * @param store that fetched files go into
   */
  public BulkClient(
      Supplier<Channel> channel, ArtifactStore store, RandomGenerator random, LongSupplier nanos) {
    this.channel = requireNonNull(channel, "channel");
    this.store = requireNonNull(store, "store");
    this.random = requireNonNull(random, "random");
    this.nanos = requireNonNull(nanos, "nanos");
  }

  @Override
  public Path fetch(Digest digest, long size, BytesMoved progress) {
    return client(Retry.Policy.usual()).fetch(digest, size, store, progress::moved);
  }

  @Override
  public Digest submit(FinishedUpdate update, BytesMoved progress) {
    Map<String, Path> files = new HashMap<>();
    update.groups().forEach(group -> files.put(group.name(), group.file()));
    var receipt = client(Retry.Policy.once()).submit(header(update), files, progress::moved);
    return Digest.parse(receipt.getDigest());
  }

  /** The server's wish when to come back, if a failed call carried one. */
  public static Optional<RetryWindow> window(Throwable failure) {
    return ErrorStatus.retryWindow(failure)
        .map(window -> new RetryWindow(window.min(), window.max()));
  }

  private ArtifactClient client(Retry.Policy policy) {
    var retry = new Retry(policy, random, nanos, Retry.Pause.sleeping());
    return new ArtifactClient(channel.get(), IDLE, retry);
  }

  private static SubmitHeader header(FinishedUpdate update) {
    return SubmitHeader.newBuilder()
        .setAssignment(update.id().toString())
        .setCheckpoint(update.checkpoint().toString())
        .addAllGroups(update.groups().stream().map(BulkClient::group).toList())
        .setExamples(update.examples())
        .setSteps(update.steps())
        .addAllMetrics(NodeWire.metrics(update.metrics()))
        .build();
  }

  private static GroupReference group(GroupFile group) {
    return GroupReference.newBuilder()
        .setName(group.name())
        .setLayoutDigest(group.layout().toString())
        .setCodec(group.codec())
        .setFile(
            FileReference.newBuilder().setDigest(group.digest().toString()).setSize(group.bytes()))
        .build();
  }
}
