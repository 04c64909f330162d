package io.tributary.transport.artifact;

import io.grpc.stub.StreamObserver;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.GroupReference;
import io.tributary.proto.v1.MissingReply;
import io.tributary.proto.v1.MissingRequest;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.PutReply;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.Stored;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.chunk.BulkMessage;
import io.tributary.transport.chunk.BulkService;
import io.tributary.transport.chunk.ChunkAssembler;
import io.tributary.transport.chunk.ChunkReader;
import io.tributary.transport.chunk.ChunkSender;
import io.tributary.transport.chunk.Piece;
import io.tributary.transport.chunk.StallWatch;
import io.tributary.transport.chunk.Upload;
import io.tributary.transport.chunk.UploadReceiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The smallest service of artifacts over a store, with the parts of this module and without any
 * rights or rounds; the next call can be made to break after some bytes.
 */
public final class FolderArtifacts extends BulkService {
  final ArtifactStore store;
  final StallWatch watch;
  final AtomicLong sentBytes = new AtomicLong();
  final AtomicLong receivedBytes = new AtomicLong();
  final List<Long> fetchedFrom = new ArrayList<>();
  final List<Long> groupsFrom = new ArrayList<>();
  final List<Long> putsFrom = new ArrayList<>();
  private boolean tellsStored = true;
  private final AtomicLong breakAfter = new AtomicLong(Long.MAX_VALUE);

  public FolderArtifacts(ArtifactStore store, StallWatch watch) {
    this.store = store;
    this.watch = watch;
  }

  /** Bytes handed to the transport by all fetches. */
  public long sentBytes() {
    return sentBytes.get();
  }

  /** From now on as a coordinator of before there were offsets in puts. */
  void tellNoStored() {
    tellsStored = false;
  }

  void breakOnceAfter(long bytes) {
    breakAfter.set(bytes);
  }

  private void breakAt(long bytes) {
    if (bytes >= breakAfter.get()) {
      breakAfter.set(Long.MAX_VALUE);
      throw FederationException.of(ErrorKind.UNREACHABLE, "call", "cut", "whole", "Again.");
    }
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<BulkMessage<Chunk>> response) {
    try {
      fetchedFrom.add(request.getOffset());
      Path file = store.get(Digest.parse(request.getDigest()));
      long[] sent = {0};
      ChunkSender.send(
          ChunkReader.open(file, request.getOffset()),
          response,
          watch,
          bytes -> {
            sentBytes.addAndGet(bytes);
            sent[0] += bytes;
            breakAt(sent[0]);
          });
    } catch (FederationException e) {
      response.onError(ErrorStatus.toStatus(e));
    }
  }

  @Override
  public StreamObserver<BulkMessage<SubmitMessage>> submit(StreamObserver<Receipt> response) {
    return UploadReceiver.receive(response, new Submission(), watch);
  }

  @Override
  public void progress(StoredRequest request, StreamObserver<Stored> response) {
    long stored = ChunkAssembler.stored(store.part(Digest.parse(request.getDigest())), 1L << 40);
    response.onNext(Stored.newBuilder().setOffset(stored).build());
    response.onCompleted();
  }

  @Override
  public StreamObserver<BulkMessage<PutMessage>> put(StreamObserver<PutReply> response) {
    return UploadReceiver.receive(response, new Putting(), watch);
  }

  @Override
  public void missing(MissingRequest request, StreamObserver<MissingReply> response) {
    var reply = MissingReply.newBuilder();
    for (FileReference file : request.getFilesList()) {
      Digest digest = Digest.parse(file.getDigest());
      if (store.find(digest).isEmpty()) {
        reply.addDigests(file.getDigest());
        if (tellsStored) {
          reply.addStored(ChunkAssembler.stored(store.part(digest), file.getSize()));
        }
      }
    }
    response.onNext(reply.build());
    response.onCompleted();
  }

  /** Receives one file. */
  private class Receiving {
    @Nullable ChunkAssembler assembler;
    @Nullable Digest digest;
    private long taken;

    void begin(FileReference file, long from) {
      Digest wanted = Digest.parse(file.getDigest());
      digest = wanted;
      assembler = store.assemble(wanted, file.getSize(), from);
    }

    void take(Piece piece) {
      if (assembler == null) {
        throw FederationException.of(
            ErrorKind.INVALID_ARGUMENT, "message", "chunk", "header", "Begin.");
      }
      assembler.accept(piece);
      receivedBytes.addAndGet(piece.size());
      taken += piece.size();
      breakAt(taken);
    }

    void end() {
      if (assembler != null && digest != null) {
        store.adoptVerified(assembler.finish(), digest);
        release();
      }
    }

    void release() {
      if (assembler != null) {
        assembler.close();
        assembler = null;
      }
    }
  }

  private final class Putting extends Receiving
      implements Upload<BulkMessage<PutMessage>, PutReply> {
    @Override
    public void message(BulkMessage<PutMessage> message) {
      message.other().ifPresent(this::other);
      message.piece().ifPresent(this::take);
    }

    private void other(PutMessage message) {
      putsFrom.add(message.getOffset());
      begin(message.getFile(), message.getOffset());
    }

    @Override
    public CompletionStage<PutReply> complete() {
      end();
      return CompletableFuture.completedFuture(
          PutReply.newBuilder().setDigest(String.valueOf(digest)).build());
    }

    @Override
    public void broken(Throwable reason) {
      release();
    }
  }

  private final class Submission extends Receiving
      implements Upload<BulkMessage<SubmitMessage>, Receipt> {
    private List<GroupReference> groups = List.of();
    private String assignment = "";

    @Override
    public void message(BulkMessage<SubmitMessage> message) {
      message.other().ifPresent(this::other);
      message.piece().ifPresent(this::take);
    }

    private void other(SubmitMessage message) {
      switch (message.getMessageCase()) {
        case HEADER -> {
          groups = message.getHeader().getGroupsList();
          assignment = message.getHeader().getAssignment();
        }
        case GROUP -> {
          end();
          GroupReference group =
              groups.stream()
                  .filter(g -> g.getName().equals(message.getGroup().getName()))
                  .findFirst()
                  .orElseThrow();
          groupsFrom.add(message.getGroup().getOffset());
          begin(group.getFile(), message.getGroup().getOffset());
        }
        default -> throw new IllegalArgumentException(String.valueOf(message));
      }
    }

    @Override
    public CompletionStage<Receipt> complete() {
      end();
      return CompletableFuture.completedFuture(
          Receipt.newBuilder().setAssignment(assignment).setDigest("sha256:x").build());
    }

    @Override
    public void broken(Throwable reason) {
      release();
    }
  }
}
