package io.tributary.transport.chunk;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads messages without copying their bytes fields: those lie in the transport's own buffers,
 * which it takes back when the call's listener returns from the message. So a receiver must have
 * done with such bytes, or have copied them, by then. Numbers and strings are copied as always.
 * Where the transport has no buffers to lend, and for everything that is sent, it is the usual
 * marshaller.
 *
 * <p>The stream is marked before it is walked through: without a mark the transport takes each
 * piece back as soon as it is passed.
 */
public final class BorrowingMarshaller<T extends MessageLite>
    implements MethodDescriptor.Marshaller<T> {
  private final MethodDescriptor.Marshaller<T> usual;
  private final T prototype;

  private BorrowingMarshaller(MethodDescriptor.Marshaller<T> usual, T prototype) {
    this.usual = requireNonNull(usual, "usual");
    this.prototype = requireNonNull(prototype, "prototype");
  }

  /**
   * The same as a marshaller of protobuf messages, reading without copies.
   *
   * @param usual such as generated descriptors have
   */
  public static <T> MethodDescriptor.Marshaller<T> of(MethodDescriptor.Marshaller<T> usual) {
    if (usual instanceof MethodDescriptor.PrototypeMarshaller<T> known
        && known.getMessagePrototype() instanceof MessageLite) {
      return borrowing(usual, known.getMessagePrototype());
    }
    return usual;
  }

  @SuppressWarnings("unchecked") // a prototype is of the type of its marshaller
  private static <T, M extends MessageLite> MethodDescriptor.Marshaller<T> borrowing(
      MethodDescriptor.Marshaller<T> usual, Object prototype) {
    return (MethodDescriptor.Marshaller<T>)
        new BorrowingMarshaller<>((MethodDescriptor.Marshaller<M>) usual, (M) prototype);
  }

  @Override
  public InputStream stream(T value) {
    return usual.stream(value);
  }

  @Override
  public T parse(InputStream stream) {
    return stream instanceof HasByteBuffer lender
            && lender.byteBufferSupported()
            && stream.markSupported()
        ? borrow(stream, lender)
        : usual.parse(stream);
  }

  private T borrow(InputStream stream, HasByteBuffer lender) {
    try {
      CodedInputStream in = pieces(stream, lender).newCodedInput();
      in.enableAliasing(true);
      MessageLite.Builder builder = prototype.newBuilderForType();
      builder.mergeFrom(in, ExtensionRegistryLite.getEmptyRegistry());
      in.checkLastTagWas(0);
      @SuppressWarnings("unchecked") // built by the prototype's own builder
      T message = (T) builder.build();
      return message;
    } catch (InvalidProtocolBufferException e) {
      throw Status.INTERNAL
          .withDescription("Invalid protobuf byte sequence")
          .withCause(e)
          .asRuntimeException();
    } catch (IOException e) {
      throw new IllegalStateException("buffers in memory can't fail to be read", e);
    }
  }

  private static ByteString pieces(InputStream stream, HasByteBuffer lender) throws IOException {
    List<ByteString> pieces = new ArrayList<>();
    stream.mark(stream.available());
    while (stream.available() > 0) {
      ByteBuffer piece = requireNonNull(lender.getByteBuffer(), "piece");
      int length = piece.remaining();
      pieces.add(UnsafeByteOperations.unsafeWrap(piece));
      stream.skipNBytes(length);
    }
    return ByteString.copyFrom(pieces);
  }
}
