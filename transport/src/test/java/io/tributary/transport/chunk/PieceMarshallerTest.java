package io.tributary.transport.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tributary.proto.v1.ArtifactsGrpc;
import io.tributary.proto.v1.Chunk;
import io.tributary.proto.v1.GroupStart;
import io.tributary.proto.v1.PutMessage;
import io.tributary.proto.v1.SubmitMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PieceMarshallerTest {
  private static final int SIZE = 100_000;

  private final Marshaller<BulkMessage<SubmitMessage>> pieces =
      BulkMethods.SUBMIT.getRequestMarshaller();
  private final byte[] bytes = new byte[SIZE];

  PieceMarshallerTest() {
    RandomGeneratorFactory.of("L64X128MixRandom").create(11).nextBytes(bytes);
  }

  /** Lends its buffers as the transport does, and takes them back unless it was marked. */
  private static final class Lender extends InputStream implements HasByteBuffer {
    final List<ByteBuffer> buffers = new ArrayList<>();
    private final int length;
    private int at;
    private int marked = -1;

    Lender(byte[] bytes, int bufferBytes) {
      length = bytes.length;
      for (int from = 0; from < bytes.length; from += bufferBytes) {
        int part = Math.min(bufferBytes, bytes.length - from);
        buffers.add(ByteBuffer.allocateDirect(part).put(bytes, from, part).flip());
      }
    }

    /** What is left of the buffer that the position lies in. */
    private ByteBuffer current() {
      int start = 0;
      for (ByteBuffer buffer : buffers) {
        if (at < start + buffer.limit()) {
          return buffer.duplicate().position(at - start);
        }
        start += buffer.limit();
      }
      return ByteBuffer.allocate(0);
    }

    @Override
    public int available() {
      return length - at;
    }

    @Override
    public boolean byteBufferSupported() {
      return true;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return current().asReadOnlyBuffer();
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public synchronized void mark(int limit) {
      marked = at;
    }

    @Override
    public synchronized void reset() {
      at = marked;
    }

    @Override
    public int read() {
      return at == length ? -1 : Byte.toUnsignedInt(current().get(moved(1)));
    }

    private int moved(int count) {
      int position = current().position();
      at += count;
      return position;
    }

    @Override
    public int read(byte[] target, int offset, int most) {
      if (at == length) {
        return most == 0 ? 0 : -1;
      }
      int count = Math.min(most, current().remaining());
      current().get(target, offset, count);
      at += count;
      return count;
    }

    @Override
    public long skip(long count) {
      if (marked < 0) {
        throw new AssertionError("the transport takes skipped buffers back");
      }
      at += (int) count;
      return count;
    }
  }

  private SubmitMessage generated(long offset) {
    return SubmitMessage.newBuilder()
        .setChunk(Chunk.newBuilder().setOffset(offset).setData(ByteString.copyFrom(bytes)))
        .build();
  }

  private static byte[] bytes(Piece piece) {
    var all = new ByteArrayOutputStream();
    for (ByteBuffer view : piece.views()) {
      byte[] part = new byte[view.remaining()];
      view.get(part);
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static Piece piece(BulkMessage<?> message) {
    return message.piece().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0, 100000", "1, 127", "127, 128", "1099511627776, 100000", "-1, 16384"})
  void stream_piece_isWhatProtobufWrites(long offset, int size) throws Exception {
    ByteString data = ByteString.copyFrom(bytes, 0, size);
    Chunk chunk = Chunk.newBuilder().setOffset(offset).setData(data).build();
    var message = BulkMessage.<SubmitMessage>of(Piece.of(offset, data));
    byte[] submitted = SubmitMessage.newBuilder().setChunk(chunk).build().toByteArray();
    assertArrayEquals(submitted, pieces.stream(message).readAllBytes());
    var drained = new ByteArrayOutputStream();
    assertEquals(submitted.length, ((PieceStream) pieces.stream(message)).drainTo(drained));
    assertArrayEquals(submitted, drained.toByteArray());
    assertArrayEquals(
        PutMessage.newBuilder().setChunk(chunk).build().toByteArray(),
        BulkMethods.PUT.streamRequest(BulkMessage.of(Piece.of(offset, data))).readAllBytes());
    assertArrayEquals(
        chunk.toByteArray(),
        BulkMethods.FETCH.streamResponse(BulkMessage.of(Piece.of(offset, data))).readAllBytes());
  }

  @Test
  void stream_readByteByByte_isTheSame() throws Exception {
    byte[] expected = generated(5).toByteArray();
    InputStream in = pieces.stream(BulkMessage.of(Piece.of(5, ByteString.copyFrom(bytes))));
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected.length - i, in.available());
      assertEquals(Byte.toUnsignedInt(expected[i]), in.read());
    }
    assertEquals(-1, in.read());
    assertEquals(-1, in.read(new byte[1], 0, 1));
  }

  @Test
  void stream_otherMessages_areProtobufs() throws Exception {
    SubmitMessage start =
        SubmitMessage.newBuilder().setGroup(GroupStart.newBuilder().setName("delta")).build();
    InputStream in = pieces.stream(BulkMessage.other(start));
    assertEquals(
        start, pieces.parse(new ByteArrayInputStream(in.readAllBytes())).other().orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16_384, SIZE, 2 * SIZE})
  void parse_buffersOfAnySize_areLentAsThePiece(int bufferBytes) {
    var lender = new Lender(generated(1L << 40).toByteArray(), bufferBytes);
    Piece piece = piece(pieces.parse(lender));
    assertEquals(1L << 40, piece.offset());
    assertEquals(SIZE, piece.size());
    assertArrayEquals(bytes, bytes(piece));
    lender.buffers.forEach(buffer -> buffer.put(buffer.limit() - 1, (byte) ~buffer.get(0)));
    assertFalse(Arrays.equals(bytes, bytes(piece)), "the bytes were copied");
  }

  @Test
  void parse_fetchedChunk_isLentToo() {
    Chunk chunk = generated(3).getChunk();
    Piece piece = piece(BulkMethods.FETCH.parseResponse(new Lender(chunk.toByteArray(), 4_096)));
    assertEquals(3, piece.offset());
    assertArrayEquals(bytes, bytes(piece));
  }

  @Test
  void parse_streamWithoutBuffers_isReadAsAlways() {
    byte[] sent = generated(9).toByteArray();
    Piece piece = piece(pieces.parse(new ByteArrayInputStream(sent)));
    assertEquals(9, piece.offset());
    assertArrayEquals(bytes, bytes(piece));
  }

  @Test
  void parse_chunkWrittenInAnotherWay_isUnderstood() throws Exception {
    var out = new ByteArrayOutputStream();
    // the data before the offset, and a field that this version does not know
    Chunk data = Chunk.newBuilder().setData(ByteString.copyFrom(bytes)).build();
    out.writeBytes(data.toByteArray());
    out.writeBytes(Chunk.newBuilder().setOffset(77).build().toByteArray());
    out.writeBytes(new byte[] {(byte) (15 << 3), 1});
    Piece piece = piece(BulkMethods.FETCH.parseResponse(new Lender(out.toByteArray(), 16_384)));
    assertEquals(77, piece.offset());
    assertArrayEquals(bytes, bytes(piece));
  }

  @Test
  void parse_emptyMessages_areOnesWithoutBytes() {
    assertEquals(0, piece(BulkMethods.FETCH.parseResponse(new Lender(new byte[0], 1))).size());
    assertEquals(
        SubmitMessage.getDefaultInstance(),
        pieces.parse(new Lender(new byte[0], 1)).other().orElseThrow());
  }

  @Test
  void parse_brokenBytes_isTheUsualStatus() {
    byte[] broken = generated(0).toByteArray();
    broken[1] = (byte) 0xFF;
    broken[2] = (byte) 0xFF;
    var failure =
        assertThrows(StatusRuntimeException.class, () -> pieces.parse(new Lender(broken, 16_384)));
    assertEquals(Status.Code.INTERNAL, failure.getStatus().getCode());
  }

  /** Every cut and every changed byte of a head is understood as protobuf would, or refused. */
  @Test
  void parse_anyDamageToTheHead_isWhatProtobufSays() {
    byte[] whole = generated(300).toByteArray();
    for (int at = 0; at < 16; at++) {
      for (int value = 0; value < 256; value++) {
        byte[] damaged = whole.clone();
        damaged[at] = (byte) value;
        assertSameAsProtobuf(damaged);
      }
      assertSameAsProtobuf(Arrays.copyOf(whole, at));
    }
  }

  private void assertSameAsProtobuf(byte[] message) {
    Marshaller<SubmitMessage> usual = ArtifactsGrpc.getSubmitMethod().getRequestMarshaller();
    SubmitMessage expected;
    try {
      expected = usual.parse(new ByteArrayInputStream(message));
    } catch (StatusRuntimeException e) {
      assertThrows(StatusRuntimeException.class, () -> pieces.parse(new Lender(message, 64)));
      return;
    }
    BulkMessage<SubmitMessage> parsed = pieces.parse(new Lender(message, 64));
    assertEquals(expected.hasChunk(), parsed.piece().isPresent());
    if (expected.hasChunk()) {
      assertEquals(expected.getChunk().getOffset(), piece(parsed).offset());
      assertArrayEquals(expected.getChunk().getData().toByteArray(), bytes(piece(parsed)));
    } else {
      assertEquals(expected, parsed.other().orElseThrow());
    }
  }

  @Test
  void parse_withinOneProcess_handsThePieceOver() {
    Piece piece = Piece.of(4, ByteString.copyFrom(bytes));
    assertSame(piece, piece(pieces.parse(pieces.stream(BulkMessage.of(piece)))));
  }

  @Test
  void close_twice_releasesOnceAndTheBytesAreGone() throws Exception {
    var released = new AtomicInteger();
    Piece piece = Piece.lent(0, List.of(ByteBuffer.wrap(bytes)), released::incrementAndGet);
    InputStream in = pieces.stream(BulkMessage.of(piece));
    in.close();
    in.close();
    assertEquals(1, released.get());
    assertThrows(
        IllegalStateException.class, () -> pieces.stream(BulkMessage.of(piece)).readAllBytes());
  }
}
