package io.tributary.transport.chunk;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.FetchRequest;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.PutReply;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.SubmitMessage;
import java.util.Optional;

/**
 * The methods of {@code Artifacts} that move files, with pieces in place of generated chunks. On
 * the wire they are the generated ones.
 */
public final class BulkMethods {
  /** A file's pieces come down. */
  public static final MethodDescriptor<FetchRequest, BulkMessage<Chunk>> FETCH = fetch();

  /** An update goes up. */
  public static final MethodDescriptor<BulkMessage<SubmitMessage>, Receipt> SUBMIT = submit();

  /** A file goes up. */
  public static final MethodDescriptor<BulkMessage<PutMessage>, PutReply> PUT = put();

  private BulkMethods() {}

  private static MethodDescriptor<FetchRequest, BulkMessage<Chunk>> fetch() {
    MethodDescriptor<FetchRequest, Chunk> generated = ArtifactsGrpc.getFetchMethod();
    Marshaller<BulkMessage<Chunk>> pieces =
        new PieceMarshaller<>(generated.getResponseMarshaller(), PieceHead.NO_FIELD, Optional::of);
    return generated.toBuilder(generated.getRequestMarshaller(), pieces).build();
  }

  private static MethodDescriptor<BulkMessage<SubmitMessage>, Receipt> submit() {
    MethodDescriptor<SubmitMessage, Receipt> generated = ArtifactsGrpc.getSubmitMethod();
    Marshaller<BulkMessage<SubmitMessage>> pieces =
        new PieceMarshaller<>(
            generated.getRequestMarshaller(),
            SubmitMessage.CHUNK_FIELD_NUMBER,
            message -> message.hasChunk() ? Optional.of(message.getChunk()) : Optional.empty());
    return generated.toBuilder(pieces, generated.getResponseMarshaller()).build();
  }

  private static MethodDescriptor<BulkMessage<PutMessage>, PutReply> put() {
    MethodDescriptor<PutMessage, PutReply> generated = ArtifactsGrpc.getPutMethod();
    Marshaller<BulkMessage<PutMessage>> pieces =
        new PieceMarshaller<>(
            generated.getRequestMarshaller(),
            PutMessage.CHUNK_FIELD_NUMBER,
            message -> message.hasChunk() ? Optional.of(message.getChunk()) : Optional.empty());
    return generated.toBuilder(pieces, generated.getResponseMarshaller()).build();
  }
}
