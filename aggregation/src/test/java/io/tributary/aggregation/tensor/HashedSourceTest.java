package io.tributary.aggregation.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HashedSourceTest {
  private static final byte[] BYTES = random(200_001, 3);

  private static byte[] random(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(ByteSource source, int from, int to) throws IOException {
    ByteBuffer into = ByteBuffer.allocate(to - from + 3).position(3);
    source.read(from, into);
    assertEquals(0, into.remaining());
    return Arrays.copyOfRange(into.array(), 3, into.capacity());
  }

  @Test
  void read_fromFrontToEnd_hashesOnTheWay() throws IOException {
    var read = new AtomicLong();
    var source = new HashedSource(counting(read));
    assertArrayEquals(Arrays.copyOfRange(BYTES, 0, 100), read(source, 0, 100));
    assertArrayEquals(Arrays.copyOfRange(BYTES, 100, 200_001), read(source, 100, 200_001));
    assertEquals(Digest.of(BYTES), source.digest());
    assertEquals(BYTES.length, read.get(), "nothing is read twice");
  }

  @Test
  void digest_nothingRead_readsAll() throws IOException {
    assertEquals(Digest.of(BYTES), new HashedSource(ByteSource.of(BYTES)).digest());
    assertEquals(
        Digest.of(new byte[0]), new HashedSource(ByteSource.of(new byte[0])).digest(), "empty");
  }

  static LongStream seeds() {
    return LongStream.range(0, 40);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void digest_readsInAnyOrder_isThatOfTheBytes(long seed) throws IOException {
    var random = new Random(seed);
    var source = new HashedSource(ByteSource.of(BYTES));
    for (int i = random.nextInt(12); i > 0; i--) {
      int from = random.nextInt(BYTES.length);
      int to = Math.min(BYTES.length, from + random.nextInt(90_000));
      assertArrayEquals(
          Arrays.copyOfRange(BYTES, from, to), read(source, from, to), "replay: seed=" + seed);
    }
    assertEquals(Digest.of(BYTES), source.digest(), "replay: seed=" + seed);
  }

  @Test
  void read_beyondTheEnd_failsAsTheSourceDoes() throws IOException {
    try (var source = new HashedSource(ByteSource.of(BYTES))) {
      assertEquals(BYTES.length, source.size());
      assertThrows(EOFException.class, () -> read(source, BYTES.length - 1, BYTES.length + 1));
    }
  }

  private static ByteSource counting(AtomicLong read) {
    return new ByteSource() {
      @Override
      public long size() {
        return BYTES.length;
      }

      @Override
      public void read(long position, ByteBuffer into) throws IOException {
        read.addAndGet(into.remaining());
        ByteSource.of(BYTES).read(position, into);
      }

      @Override
      public void close() {}
    };
  }
}
