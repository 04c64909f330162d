package io.tributary.transport.artifact;

import static java.util.Objects.requireNonNull;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.GroupReference;
import io.tributary.proto.v1.GroupStart;
import io.tributary.proto.v1.MissingRequest;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.transport.Retry;
import io.tributary.transport.chunk.BulkMessage;
import io.tributary.transport.chunk.BulkMethods;
import io.tributary.transport.chunk.ChunkAssembler;
import io.tributary.transport.chunk.ChunkReader;
import io.tributary.transport.chunk.Piece;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves artifacts and updates between this process and a coordinator: blocking, verified, resumed
 * where an earlier try was cut, repeated while that helps. Interrupting the thread cancels the
 * call. Safe for several threads, though not for two transfers of one digest into one store.
 */
public final class ArtifactClient {
  private static final Logger LOG = LoggerFactory.getLogger(ArtifactClient.class);

  /** What the coordinator has stored it reads again before it goes on, at least so fast. */
  private static final long REREAD_BYTES_PER_SECOND = 32 << 20;

  private final Channel bulk;
  private final Duration idle;
  private final Retry retry;

  /**
   * @param idle a transfer in which nothing moves for this long is cut and tried again
   */
  public ArtifactClient(Channel bulk, Duration idle, Retry retry) {
    this.bulk = requireNonNull(bulk, "bulk");
    this.idle = requireNonNull(idle, "idle");
    this.retry = requireNonNull(retry, "retry");
  }

  /**
   * Brings a file into the store, unless it is there with the bytes of its digest; returns where it
   * lies.
   */
  public Path fetch(Digest digest, long size, ArtifactStore into, TransferListener listener) {
    Optional<Path> found = into.find(digest);
    if (found.isPresent() && ArtifactStore.hash(found.get()).equals(digest)) {
      return found.get();
    }
    if (found.isPresent()) {
      LOG.warn("{} has other bytes than its digest says; it is fetched again", found.get());
      into.delete(digest);
    }
    boolean[] restarted = {false};
    return retry.call(
        moved -> {
          boolean resumed = ChunkAssembler.stored(into.part(digest), size) > 0;
          try {
            return leavingDead(() -> fetchOnce(digest, size, into, progress(listener, moved)));
          } catch (FederationException e) {
            if (e.kind() != ErrorKind.CORRUPT || !resumed || restarted[0]) {
              throw e;
            }
            restarted[0] = true;
            return fetchOnce(digest, size, into, progress(listener, moved));
          }
        });
  }

  private Path fetchOnce(Digest digest, long size, ArtifactStore into, TransferListener listener) {
    try (var assembler = into.resume(digest, size)) {
      if (!assembler.isComplete()) {
        var request =
            FetchRequest.newBuilder()
                .setDigest(digest.toString())
                .setOffset(assembler.offset())
                .build();
        FetchCall.run(bulk, request, assembler, idle, listener);
      }
      return into.adoptVerified(assembler.finish(), digest);
    }
  }

  /**
   * Submits an update and returns its receipt; a repeat gets the same receipt.
   *
   * @param files the file of each group that the header names
   */
  public Receipt submit(SubmitHeader header, Map<String, Path> files, TransferListener listener) {
    return retry.call(
        moved -> leavingDead(() -> submitWhole(header, files, progress(listener, moved))));
  }

  /**
   * After a stall the next call takes a new connection: this one may be half open, which keep-alive
   * finds later than we do.
   */
  private <T> T leavingDead(Supplier<T> attempt) {
    try {
      return attempt.get();
    } catch (FederationException e) {
      if (e.kind() == ErrorKind.TIMED_OUT && bulk instanceof ManagedChannel channel) {
        channel.enterIdle();
      }
      throw e;
    }
  }

  /** What an earlier try stored may be torn since, by a loss of power: then all is sent again. */
  private Receipt submitWhole(
      SubmitHeader header, Map<String, Path> files, TransferListener listener) {
    Map<String, Long> stored = stored(header);
    try {
      return submitOnce(header, files, stored, listener);
    } catch (FederationException e) {
      boolean resumed = stored.values().stream().anyMatch(offset -> offset > 0);
      if (e.kind() != ErrorKind.CORRUPT || !resumed) {
        throw e;
      }
      LOG.warn("what was stored of {} has other bytes; it is sent again", header.getAssignment());
      return submitOnce(header, files, stored(header), listener);
    }
  }

  private Map<String, Long> stored(SubmitHeader header) {
    Map<String, Long> stored = new HashMap<>();
    for (GroupReference group : header.getGroupsList()) {
      stored.put(group.getName(), storedOffset(header, group));
    }
    return stored;
  }

  private Receipt submitOnce(
      SubmitHeader header,
      Map<String, Path> files,
      Map<String, Long> stored,
      TransferListener listener) {
    long total = header.getGroupsList().stream().mapToLong(g -> g.getFile().getSize()).sum();
    try (var call = upload(BulkMethods.SUBMIT)) {
      call.bear(rereading(stored.values().stream().mapToLong(Long::longValue).sum()));
      boolean open =
          call.write(BulkMessage.other(SubmitMessage.newBuilder().setHeader(header).build()));
      long before = 0;
      for (GroupReference group : header.getGroupsList()) {
        long offset = stored.getOrDefault(group.getName(), 0L);
        open = open && call.write(BulkMessage.other(start(group, offset)));
        Path file = files.get(group.getName());
        if (file == null) {
          throw FederationException.of(
              ErrorKind.INVALID_ARGUMENT,
              "file of group " + group.getName(),
              "none",
              "one for each group",
              "Give it.");
        }
        open = open && sendChunks(file, offset, call, shifted(listener, before, total));
        before += group.getFile().getSize();
      }
      call.halfClose();
      return call.answer();
    }
  }

  private static SubmitMessage start(GroupReference group, long offset) {
    return SubmitMessage.newBuilder()
        .setGroup(GroupStart.newBuilder().setName(group.getName()).setOffset(offset))
        .build();
  }

  private long storedOffset(SubmitHeader header, GroupReference group) {
    var request =
        StoredRequest.newBuilder()
            .setAssignment(header.getAssignment())
            .setGroup(group.getName())
            .setDigest(group.getFile().getDigest())
            .build();
    Duration patience = rereading(group.getFile().getSize());
    return BlockingStream.unary(() -> stub(patience).progress(request)).getOffset();
  }

  /** How long the coordinator may be silent while it reads what it has stored. */
  private Duration rereading(long bytes) {
    return idle.plusSeconds(bytes / REREAD_BYTES_PER_SECOND);
  }

  private ArtifactsGrpc.ArtifactsBlockingV2Stub stub(Duration patience) {
    return ArtifactsGrpc.newBlockingV2Stub(bulk)
        .withDeadlineAfter(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static <M> boolean sendChunks(
      Path file, long offset, BlockingStream<BulkMessage<M>, ?> call, TransferListener listener) {
    try (var reader = ChunkReader.open(file, offset)) {
      for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
        if (!call.write(BulkMessage.of(piece))) {
          return false;
        }
        listener.moved(reader.offset(), reader.size());
      }
      return true;
    }
  }

  private <Q, R> BlockingStream<Q, R> upload(MethodDescriptor<Q, R> method) {
    return new BlockingStream<>(
        ClientCalls.blockingClientStreamingCall(bulk, method, CallOptions.DEFAULT), idle);
  }

  /**
   * Stores files at the coordinator; those that it has are passed over, and one that was cut goes
   * on from what is stored. Only what goes beyond all tries before counts as progress.
   */
  public void put(Collection<StoredFile> files, TransferListener listener) {
    Set<Digest> missing = missing(files);
    Set<Digest> sent = new HashSet<>();
    long total =
        files.stream()
            .filter(file -> missing.contains(file.digest()))
            .mapToLong(StoredFile::size)
            .sum();
    long[] before = {0};
    for (StoredFile file : files) {
      if (missing.contains(file.digest()) && sent.add(file.digest())) {
        put(file, shifted(listener, before[0], total));
        before[0] += file.size();
      }
    }
  }

  private void put(StoredFile file, TransferListener listener) {
    long[] furthest = {0};
    retry.call(
        moved ->
            leavingDead(
                () -> {
                  putRest(
                      file,
                      (done, total) -> {
                        if (done > furthest[0]) {
                          furthest[0] = done;
                          moved.run();
                        }
                        listener.moved(done, total);
                      });
                  return file;
                }));
  }

  /** What an earlier try stored may be torn since, by a loss of power: then all is sent again. */
  private void putRest(StoredFile file, TransferListener listener) {
    @Nullable Long from = lacking(List.of(file)).get(file.digest());
    if (from == null) {
      listener.moved(
          file.size(), file.size()); // an earlier try was whole, only its answer was lost
      return;
    }
    try {
      putOnce(file, from, listener);
    } catch (FederationException e) {
      if (e.kind() != ErrorKind.CORRUPT || from == 0) {
        throw e;
      }
      LOG.warn("what was stored of {} has other bytes; it is sent again", file.file());
      putOnce(file, 0, listener);
    }
  }

  private void putOnce(StoredFile file, long from, TransferListener listener) {
    try (var call = upload(BulkMethods.PUT)) {
      call.bear(rereading(from));
      var start = PutMessage.newBuilder().setFile(reference(file)).setOffset(from).build();
      if (call.write(BulkMessage.other(start))) {
        sendChunks(file.file(), from, call, listener);
      }
      call.halfClose();
      call.answer();
    }
  }

  /** Which of the files the coordinator has not stored. */
  public Set<Digest> missing(Collection<StoredFile> files) {
    return retry.call(moved -> lacking(files)).keySet();
  }

  /** The same with how much of each is there, asked once. */
  private Map<Digest, Long> lacking(Collection<StoredFile> files) {
    var request = MissingRequest.newBuilder();
    files.forEach(file -> request.addFiles(reference(file)));
    var reply = BlockingStream.unary(() -> stub(idle).missing(request.build()));
    Map<Digest, Long> lacking = new HashMap<>();
    for (int i = 0; i < reply.getDigestsCount(); i++) {
      long stored = i < reply.getStoredCount() ? reply.getStored(i) : 0;
      lacking.put(Digest.parse(reply.getDigests(i)), stored);
    }
    return lacking;
  }

  private static FileReference reference(StoredFile file) {
    return FileReference.newBuilder()
        .setDigest(file.digest().toString())
        .setSize(file.size())
        .build();
  }

  private static TransferListener progress(TransferListener listener, Runnable moved) {
    return (done, total) -> {
      moved.run();
      listener.moved(done, total);
    };
  }

  private static TransferListener shifted(TransferListener listener, long before, long total) {
    return (done, ignored) -> listener.moved(before + done, total);
  }
}
