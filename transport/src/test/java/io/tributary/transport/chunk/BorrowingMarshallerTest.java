package io.tributary.transport.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.SubmitMessage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BorrowingMarshallerTest {
  private static final MethodDescriptor.Marshaller<SubmitMessage> USUAL =
      ArtifactsGrpc.getSubmitMethod().getRequestMarshaller();
  private static final int SIZE = 100_000;

  private final MethodDescriptor.Marshaller<SubmitMessage> borrowing =
      BorrowingMarshaller.of(USUAL);

  /** Lends its pieces as the transport does, and takes them back unless it was marked. */
  private static final class Lender extends InputStream implements HasByteBuffer {
    final List<ByteBuffer> pieces = new ArrayList<>();
    private int current;
    private boolean marked;

    Lender(byte[] bytes, int pieceBytes) {
      for (int from = 0; from < bytes.length; from += pieceBytes) {
        int length = Math.min(pieceBytes, bytes.length - from);
        pieces.add(ByteBuffer.allocateDirect(length).put(bytes, from, length).flip());
      }
    }

    @Override
    public int available() {
      return pieces.stream().skip(current).mapToInt(ByteBuffer::remaining).sum();
    }

    @Override
    public boolean byteBufferSupported() {
      return true;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
      return pieces.get(current).asReadOnlyBuffer();
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public synchronized void mark(int limit) {
      marked = true;
    }

    @Override
    public int read() {
      throw new AssertionError("copied");
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      throw new AssertionError("copied");
    }

    @Override
    public long skip(long count) {
      if (count != pieces.get(current).remaining()) {
        throw new AssertionError("pieces are lent whole");
      }
      if (!marked) {
        damage(pieces.get(current));
      }
      current++;
      return count;
    }

    void takeBack() {
      pieces.forEach(Lender::damage);
    }

    private static void damage(ByteBuffer piece) {
      for (int i = 0; i < piece.limit(); i++) {
        piece.put(i, (byte) 0xEE);
      }
    }
  }

  private static SubmitMessage message() {
    byte[] bytes = new byte[SIZE];
    RandomGeneratorFactory.of("L64X128MixRandom").create(11).nextBytes(bytes);
    return SubmitMessage.newBuilder()
        .setChunk(Chunk.newBuilder().setOffset(1L << 40).setData(ByteString.copyFrom(bytes)))
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16_384, SIZE, 2 * SIZE})
  void parse_piecesOfAnySize_isTheMessage(int pieceBytes) {
    SubmitMessage sent = message();
    assertEquals(sent, borrowing.parse(new Lender(sent.toByteArray(), pieceBytes)));
  }

  @ParameterizedTest
  @ValueSource(ints = {16_384, 2 * SIZE})
  void parse_bytesField_liesInTheLentPieces(int pieceBytes) {
    var lender = new Lender(message().toByteArray(), pieceBytes);
    ByteString data = borrowing.parse(lender).getChunk().getData();
    lender.takeBack();
    for (int i = 0; i < SIZE; i += 1_000) {
      assertEquals((byte) 0xEE, data.byteAt(i), "copied at " + i);
    }
    assertTrue(data.asReadOnlyByteBufferList().stream().allMatch(ByteBuffer::isDirect));
  }

  @Test
  void parse_streamWithoutPieces_isReadAsAlways() {
    SubmitMessage sent = message();
    assertEquals(sent, borrowing.parse(new ByteArrayInputStream(sent.toByteArray())));
    // within a process the message itself is handed over
    assertSame(sent, borrowing.parse(borrowing.stream(sent)));
  }

  @Test
  void parse_brokenBytes_isTheUsualStatus() {
    byte[] broken = message().toByteArray();
    broken[1] = (byte) 0xFF;
    broken[2] = (byte) 0xFF;
    var failure =
        assertThrows(
            StatusRuntimeException.class, () -> borrowing.parse(new Lender(broken, 16_384)));
    assertEquals(Status.Code.INTERNAL, failure.getStatus().getCode());
  }

  @Test
  void of_marshallerOfOtherThings_staysAsItIs() {
    MethodDescriptor.Marshaller<String> other =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(String value) {
            return InputStream.nullInputStream();
          }

          @Override
          public String parse(InputStream stream) {
            return "";
          }
        };
    assertSame(other, BorrowingMarshaller.of(other));
  }
}
