package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.tributary.proto.v1.Chunk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Bulk messages on the wire, the same bytes as protobuf's. The bytes of a piece stay where the
 * transport has them: a receiver reads them out of its buffers, and a sender gives them to it
 * without a copy in between. Whatever is not written in the one way that all libraries write goes
 * through the usual parser.
 *
 * @param <M> the generated message
 */
final class PieceMarshaller<M> implements Marshaller<BulkMessage<M>> {
  private final Marshaller<M> usual;
  private final int field;
  private final Function<M, Optional<Chunk>> chunk;

  /**
   * @param usual the generated message's own marshaller
   * @param field of a chunk in the generated message
   * @param chunk reads that field
   */
  PieceMarshaller(Marshaller<M> usual, int field, Function<M, Optional<Chunk>> chunk) {
    this.usual = requireNonNull(usual, "usual");
    this.field = field;
    this.chunk = requireNonNull(chunk, "chunk");
  }

  @Override
  public InputStream stream(BulkMessage<M> message) {
    return message
        .piece()
        .<InputStream>map(piece -> new PieceStream(piece, field))
        .orElseGet(() -> usual.stream(message.other().orElseThrow()));
  }

  @Override
  public BulkMessage<M> parse(InputStream stream) {
    if (stream instanceof PieceStream own && own.field() == field) {
      return BulkMessage.of(own.piece()); // within one process
    }
    try {
      Optional<Piece> lent = lent(stream);
      return lent.isPresent() ? BulkMessage.of(lent.get()) : parsed(usual.parse(stream));
    } catch (IOException e) {
      throw Status.INTERNAL
          .withDescription("message can't be read")
          .withCause(e)
          .asRuntimeException();
    }
  }

  private BulkMessage<M> parsed(M message) {
    return chunk
        .apply(message)
        .map(found -> BulkMessage.<M>of(Piece.of(found.getOffset(), found.getData())))
        .orElseGet(() -> BulkMessage.other(message));
  }

  private Optional<Piece> lent(InputStream stream) throws IOException {
    if (!(stream instanceof HasByteBuffer lender)
        || !lender.byteBufferSupported()
        || !stream.markSupported()) {
      return Optional.empty();
    }
    int total = stream.available();
    stream.mark(total);
    byte[] start = stream.readNBytes(Math.min(total, PieceHead.MOST_BYTES));
    stream.reset();
    Optional<PieceHead> head = PieceHead.read(start, total, field);
    if (head.isEmpty()) {
      return Optional.empty();
    }
    stream.mark(total); // what is marked is kept until the stream is closed
    stream.skipNBytes(head.get().bytes());
    return Optional.of(Piece.lent(head.get().offset(), buffers(stream, lender), () -> {}));
  }

  private static List<ByteBuffer> buffers(InputStream stream, HasByteBuffer lender)
      throws IOException {
    List<ByteBuffer> buffers = new ArrayList<>();
    while (stream.available() > 0) {
      ByteBuffer buffer = requireNonNull(lender.getByteBuffer(), "buffer");
      buffers.add(buffer);
      stream.skipNBytes(buffer.remaining());
    }
    return buffers;
  }
}
