package io.tributary.coordinator.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.stub.StreamObserver;
import io.tributary.coordinator.artifact.BaseModels;
import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.ExpectedGroup;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.federation.Role;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.FileReference;
import io.tributary.proto.v1.MissingReply;
import io.tributary.proto.v1.MissingRequest;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.PutReply;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.Stored;
import io.tributary.proto.v1.StoredRequest;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.PeerContext;
import io.tributary.transport.PeerIdentity;
import io.tributary.transport.artifact.ArtifactStore;
import io.tributary.transport.chunk.BulkMessage;
import io.tributary.transport.chunk.BulkService;
import io.tributary.transport.chunk.ChunkAssembler;
import io.tributary.transport.chunk.ChunkReader;
import io.tributary.transport.chunk.ChunkSender;
import io.tributary.transport.chunk.StallWatch;
import io.tributary.transport.chunk.UploadReceiver;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Bytes to and from nodes and operators. */
public final class ArtifactsService extends BulkService {
  /**
   * What the service works with.
   *
   * @param freeBytes that the disk of the artifacts can still take
   * @param watch ends transfers in which nothing moves
   */
  public record Parts(
      ArtifactStore artifacts,
      LongSupplier freeBytes,
      BaseModels bases,
      Spool spool,
      RoundDriver driver,
      StallWatch watch,
      Failpoints failpoints) {}

  private final Parts parts;
  private final FetchedBytes fetched = new FetchedBytes();
  private final FetchRights rights;
  private final Submissions submissions;

  public ArtifactsService(Parts parts) {
    this.parts = requireNonNull(parts, "parts");
    this.rights = new FetchRights(parts.driver(), parts.bases());
    this.submissions =
        new Submissions(
            new Submissions.Parts(parts.spool(), parts.driver(), fetched, parts.failpoints()));
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<BulkMessage<Chunk>> out) {
    try {
      PeerIdentity peer = PeerContext.current();
      Digest digest = Digest.parse(request.getDigest());
      LongConsumer sent = count -> {};
      if (peer.name().role() == Role.NODE) {
        AssignmentId assignment = rights.check(new NodeName(peer.name().name()), digest);
        sent = count -> fetched.add(assignment, count);
      }
      var reader = ChunkReader.open(parts.artifacts().get(digest), request.getOffset());
      ChunkSender.send(reader, out, parts.watch(), sent);
    } catch (RuntimeException e) {
      out.onError(ErrorStatus.toStatus(e));
    }
  }

  @Override
  public StreamObserver<BulkMessage<SubmitMessage>> submit(StreamObserver<Receipt> out) {
    NodeName node = new NodeName(PeerContext.current().name().name());
    return UploadReceiver.receive(out, submissions.begin(node), parts.watch());
  }

  @Override
  public void progress(StoredRequest request, StreamObserver<Stored> out) {
    Answers.of(out, () -> Stored.newBuilder().setOffset(stored(request)).build());
  }

  /** A receipted group counts as stored also when its round is over and its file gone. */
  private long stored(StoredRequest request) {
    NodeName node = new NodeName(PeerContext.current().name().name());
    AssignmentId id = NodeMessages.own(request.getAssignment(), node);
    Digest digest = Digest.parse(request.getDigest());
    AssignmentRecord record = submissions.record(id);
    if (record.update().isPresent()) {
      return record.update().get().groups().stream()
          .filter(group -> group.name().equals(request.getGroup()))
          .filter(group -> group.file().digest().equals(digest))
          .mapToLong((UpdateGroup group) -> group.file().bytes())
          .findFirst()
          .orElse(0);
    }
    ExpectedGroup expected =
        submissions.run(id).state().spec().groups(id).stream()
            .filter(group -> group.name().equals(request.getGroup()))
            .findFirst()
            .orElseThrow(
                () ->
                    FederationException.of(
                        ErrorKind.INVALID_ARGUMENT,
                        "group",
                        NodeMessages.sentence(request.getGroup()),
                        "one that the assignment names",
                        "Mend the sender."));
    return parts.spool().stored(id, expected.name(), digest, expected.bytes());
  }

  @Override
  public StreamObserver<BulkMessage<PutMessage>> put(StreamObserver<PutReply> out) {
    return UploadReceiver.receive(
        out, new PutUpload(parts.artifacts(), parts.freeBytes()), parts.watch());
  }

  @Override
  public void missing(MissingRequest request, StreamObserver<MissingReply> out) {
    Answers.of(
        out,
        () -> {
          MissingReply.Builder reply = MissingReply.newBuilder();
          for (FileReference file : request.getFilesList()) {
            Digest digest = Digest.parse(file.getDigest());
            if (parts.artifacts().find(digest).isEmpty()) {
              reply
                  .addDigests(file.getDigest())
                  .addStored(ChunkAssembler.stored(parts.artifacts().part(digest), file.getSize()));
            }
          }
          return reply.build();
        });
  }
}
