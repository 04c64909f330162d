package io.tributary.aggregation.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparseCodingTest {
  private static final int ENDS = 3;

  private static String plan(String name, double fraction, boolean feedback) {
    return "{\"name\":\""
        + name
        + "\",\"fraction\":"
        + fraction
        + ",\"error-feedback\":"
        + feedback
        + "}";
  }

  private static Coding largest(int count, double fraction) {
    return Codings.coding(plan("top-k", fraction, true), Codings.flat(count), 0);
  }

  private static Coding masked(int count, double fraction, boolean feedback, long key) {
    return Codings.coding(plan("random-k", fraction, feedback), Codings.flat(count), key);
  }

  @ParameterizedTest
  @CsvSource({"40000, 0.01", "40000, 0.5", "16384, 0.001", "16385, 0.1", "7, 0.3", "1, 0.001"})
  void topK_takesExactlyTheLargest(int count, double fraction) throws IOException {
    float[] values = Codings.normal(count, 21);
    float[] decoded = Codings.through(largest(count, fraction), values);
    double[] sizes = new double[count];
    Arrays.setAll(sizes, i -> Math.abs(values[i]));
    Arrays.sort(sizes);
    int k = (int) Math.ceil(count * fraction);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (decoded[i] != 0) {
        kept++;
        assertEquals(values[i], decoded[i]);
        assertTrue(Math.abs(values[i]) >= sizes[count - k]);
      }
    }
    assertEquals(k, kept);
  }

  @Test
  void topK_ofEquals_takesTheFirst() throws IOException {
    float[] values = new float[40_000];
    Arrays.fill(values, -2);
    values[39_999] = 3;
    float[] decoded = Codings.through(largest(values.length, 0.5), values);
    for (int i = 0; i < values.length; i++) {
      assertEquals(i < 19_999 || i == 39_999 ? values[i] : 0, decoded[i], "value " + i);
    }
  }

  @Test
  void topK_bytes_areSixForAKeptNumberAndEightAPiece() {
    Coding coding = largest(1_000_000, 0.01);
    long header = Safetensors.canonicalHeader(coding.encoded()).length;
    assertEquals(header + 10_000 * 6 + 62 * 8, coding.bytes());
    assertEquals("top-k/0.01", coding.codec());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void randomK_sendsWhatTheKeyNames_scaledWhereNothingIsFedBack(boolean feedback)
      throws IOException {
    int count = 20_000;
    float[] values = Codings.normal(count, 4);
    float[] decoded = Codings.through(masked(count, 0.25, feedback, 5), values);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (decoded[i] != 0) {
        kept++;
        float scale = feedback ? 1 : 4;
        assertEquals(scale * values[i], decoded[i], 1e-6f * Math.abs(decoded[i]));
      }
    }
    assertEquals(5_000, kept);
  }

  /**
   * Each number is taken with the probability of the fraction, and neighbours do not go together.
   */
  @Test
  void randomK_overManyKeys_takesEveryPlaceAsOften() throws IOException {
    int count = 40;
    int draws = 4_000;
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    int[] taken = new int[count];
    int together = 0;
    for (int key = 0; key < draws; key++) {
      float[] decoded = Codings.through(masked(count, 0.25, true, key), ones);
      for (int i = 0; i < count; i++) {
        taken[i] += (int) decoded[i];
        together += i > 0 && decoded[i] * decoded[i - 1] > 0 ? 1 : 0;
      }
      assertEquals(10, IntStream.range(0, count).filter(i -> decoded[i] > 0).count());
    }
    double deviation = Math.sqrt(draws * 0.25 * 0.75);
    for (int i = 0; i < count; i++) {
      assertEquals(draws * 0.25, taken[i], 5 * deviation, "place " + i);
    }
    double pairs = draws * 39 * 0.25 * 9 / 39;
    assertEquals(pairs, together, 5 * Math.sqrt(pairs));
  }

  @Test
  void randomK_scaled_isRightInTheMean() throws IOException {
    float[] values = {1, -2, 3, -4, 5, -6, 7, -8, 9, -10};
    int draws = 20_000;
    double[] sums = new double[values.length];
    for (int key = 0; key < draws; key++) {
      float[] decoded = Codings.through(masked(values.length, 0.3, false, key), values);
      for (int i = 0; i < values.length; i++) {
        sums[i] += decoded[i];
      }
    }
    for (int i = 0; i < values.length; i++) {
      double deviation = Math.abs(values[i]) * Math.sqrt((1 / 0.3 - 1) / draws);
      assertEquals(values[i], sums[i] / draws, 6 * deviation, "value " + i);
    }
  }

  @Test
  void randomK_codec_saysWhatDecodingNeeds() {
    assertEquals("random-k/0.1/scaled", masked(9, 0.1, false, 1).codec());
    assertEquals("random-k/0.1", masked(9, 0.1, true, 1).codec());
    String shared = "{\"name\":\"random-k\",\"mask\":\"shared\"}";
    assertEquals("random-k/0.1/shared/scaled", Codings.coding(shared, Codings.flat(9), 1).codec());
  }

  /** A file of 40,000 numbers, of which 400 are kept, in three pieces. */
  private static final class Hostile {
    private final Coding coding = largest(40_000, 0.01);
    private final ByteBuffer file;
    private final int ends;
    private final int indices;

    private Hostile() throws IOException {
      file =
          ByteBuffer.wrap(Codings.encode(coding, Codings.normal(40_000, 8)))
              .order(ByteOrder.LITTLE_ENDIAN);
      ends = Safetensors.canonicalHeader(coding.encoded()).length;
      indices = ends + ENDS * Long.BYTES;
    }

    private Hostile end(int piece, long end) {
      file.putLong(ends + piece * Long.BYTES, end);
      return this;
    }

    private Hostile index(int value, int index) {
      file.putShort(indices + value * Short.BYTES, (short) index);
      return this;
    }

    private int index(int value) {
      return file.getShort(indices + value * Short.BYTES);
    }

    private void assertFlaw(String part) throws IOException {
      String flaw = coding.flaw(ByteSource.of(file.array())).orElse("none");
      assertTrue(flaw.contains(part), flaw);
    }
  }

  @Test
  void topK_endsThatCantBe_areAFlaw() throws IOException {
    new Hostile().assertFlaw("none");
    new Hostile().end(0, -1).assertFlaw("piece 0 ends with value -1");
    new Hostile().end(0, 401).assertFlaw("piece 0 ends with value 401");
    new Hostile().end(1, 0).assertFlaw("piece 1 ends with value 0, the one before with");
    new Hostile().end(1, Long.MAX_VALUE).assertFlaw("piece 1 ends with value 9223372036854775807");
    new Hostile().end(2, 399).assertFlaw("pieces end with value 399 of 400");
  }

  @Test
  void topK_indicesThatCantBe_areAFlaw() throws IOException {
    var right = new Hostile();
    new Hostile().index(1, right.index(0)).assertFlaw("index " + right.index(0) + " of piece 0");
    new Hostile().index(1, right.index(0) - 1).assertFlaw("index " + (right.index(0) - 1));
    new Hostile().index(0, -1).assertFlaw("index -1 of piece 0");
    new Hostile().index(0, 16_384).assertFlaw("index 16384 of piece 0");
    new Hostile().index(399, 7_232).assertFlaw("index 7232 of piece 2");
    new Hostile().index(399, 7_231).assertFlaw("none");
  }

  @Test
  void topK_tornAfterTheGate_isCorrupt() throws IOException {
    Hostile hostile = new Hostile().end(0, 1L << 40);
    var refused =
        assertThrows(
            FederationException.class, () -> Codings.decode(hostile.coding, hostile.file.array()));
    assertEquals(ErrorKind.CORRUPT, refused.kind());
  }

  /** Whatever is sent either has a flaw or decodes. */
  @Test
  void topK_anyBytes_areRefusedOrDecoded() throws IOException {
    var random = new SplittableRandom(17);
    int flawed = 0;
    for (int i = 0; i < 2_000; i++) {
      var hostile = new Hostile();
      int data = hostile.file.capacity() - hostile.ends;
      for (int change = 0; change <= i % 4; change++) {
        int at = hostile.ends + random.nextInt(i % 2 == 0 ? ENDS * Long.BYTES : data);
        hostile.file.put(at, (byte) random.nextInt());
      }
      if (hostile.coding.flaw(ByteSource.of(hostile.file.array())).isPresent()) {
        flawed++;
      } else {
        assertEquals(40_000, Codings.decode(hostile.coding, hostile.file.array()).length);
      }
    }
    assertTrue(flawed > 500, "flawed: " + flawed);
  }

  @Test
  void largest_ofManyEqualUpperHalves_isFoundByTheLower() throws IOException {
    int count = 30_000;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = Float.intBitsToFloat(0x3f800000 + (i * 7919) % count); // one upper half
    }
    float[] decoded = Codings.through(largest(count, 0.1), values);
    float least = Float.intBitsToFloat(0x3f800000 + count - 3_000);
    for (int i = 0; i < count; i++) {
      assertEquals(values[i] >= least ? values[i] : 0, decoded[i]);
    }
    assertFalse(Arrays.equals(new float[count], decoded));
    assertArrayEquals(
        values, Codings.through(Codings.coding("\"none\"", Codings.flat(count), 0), values));
  }
}
