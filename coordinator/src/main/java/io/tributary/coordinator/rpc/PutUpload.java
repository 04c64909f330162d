package io.tributary.coordinator.rpc;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.PutReply;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.chunk.BulkMessage;
import io.tributary.transport.chunk.ChunkAssembler;
import io.tributary.transport.chunk.Upload;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * One file on its way into the artifact store: its name and size, then its chunks from where an
 * earlier call was cut. A file for which there is no room is refused with FULL before its first
 * byte.
 */
final class PutUpload implements Upload<BulkMessage<PutMessage>, PutReply> {
  private record Incoming(Digest digest, ChunkAssembler assembler) {}

  private final ArtifactStore artifacts;
  private final LongSupplier freeBytes;
  private Optional<Incoming> incoming = Optional.empty();

  PutUpload(ArtifactStore artifacts, LongSupplier freeBytes) {
    this.artifacts = artifacts;
    this.freeBytes = freeBytes;
  }

  @Override
  public void message(BulkMessage<PutMessage> message) {
    message.piece().ifPresent(piece -> need().assembler().accept(piece));
    message.other().ifPresent(this::other);
  }

  private void other(PutMessage message) {
    if (!message.hasFile()) {
      throw violation("message", "empty", "a file or a chunk");
    }
    begin(message.getFile(), message.getOffset());
  }

  private void begin(FileReference file, long from) {
    if (incoming.isPresent() || file.getSize() < 0) {
      throw violation("file", file.getSize() + " bytes", "one file of 0 bytes or more a call");
    }
    Digest digest = Digest.parse(file.getDigest());
    checkRoom(file.getSize() - Math.max(0, from));
    var assembler = artifacts.assemble(digest, file.getSize(), from);
    incoming = Optional.of(new Incoming(digest, assembler));
    assembler.rehash(() -> {});
  }

  private void checkRoom(long bytes) {
    long free = freeBytes.getAsLong();
    if (bytes > free) {
      throw FederationException.of(
          ErrorKind.FULL,
          "file",
          bytes + " bytes",
          "at most the " + free + " bytes that are free at the coordinator's state folder",
          "Make room there, or move the folder to a larger disk.");
    }
  }

  @Override
  public CompletionStage<PutReply> complete() {
    Incoming file = need();
    try (ChunkAssembler held = file.assembler()) {
      artifacts.adoptVerified(held.finish(), file.digest());
    }
    return CompletableFuture.completedFuture(
        PutReply.newBuilder().setDigest(file.digest().toString()).build());
  }

  @Override
  public void broken(Throwable reason) {
    incoming.map(Incoming::assembler).ifPresent(ChunkAssembler::close);
  }

  private Incoming need() {
    return incoming.orElseThrow(() -> violation("first message", "a chunk", "the file"));
  }

  private static FederationException violation(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, what, found, rule, "Mend the sender.");
  }
}
