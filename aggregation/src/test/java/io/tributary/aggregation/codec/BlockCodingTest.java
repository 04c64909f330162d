package io.tributary.aggregation.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockCodingTest {
  private static String plan(String name, int block, String rounding) {
    return "{\"name\":\"" + name + "\",\"block\":" + block + ",\"rounding\":\"" + rounding + "\"}";
  }

  @ParameterizedTest
  @CsvSource({
    "int8, 64, nearest, 127, 0.5",
    "int8, 64, stochastic, 127, 1",
    "int4, 64, nearest, 7, 0.5",
    "int4, 8, stochastic, 7, 1"
  })
  void error_ofEachNumber_isBelowTheStepOfItsBlock(
      String name, int block, String rounding, int levels, double steps) throws IOException {
    int count = 1001;
    float[] values = Codings.normal(count, 9);
    for (int i = 0; i < count; i++) {
      values[i] *= (float) Math.exp(i % 13 - 6); // blocks of very different sizes
    }
    Coding coding = Codings.coding(plan(name, block, rounding), Codings.flat(count), 3);
    float[] decoded = Codings.through(coding, values);
    for (int from = 0; from < count; from += block) {
      int to = Math.min(count, from + block);
      float largest = 0;
      for (int i = from; i < to; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      for (int i = from; i < to; i++) {
        double limit = steps * largest / levels * (1 + 1e-6);
        assertTrue(Math.abs(values[i] - decoded[i]) <= limit, values[i] + " as " + decoded[i]);
      }
    }
  }

  /**
   * The mean of n draws has a deviation of at most s / (2 √n); six of them are a chance of 2e-9.
   */
  @ParameterizedTest
  @CsvSource({"int8, 127", "int4, 7"})
  void mean_ofManyKeys_isTheNumberItself(String name, int levels) throws IOException {
    int draws = 2000;
    float[] values = {1, -0.7312f, 0.1f, 0.049f, -0.0033f, 1e-5f, -1, 0.5f};
    double[] sums = new double[values.length];
    for (int key = 0; key < draws; key++) {
      Coding coding = Codings.coding(plan(name, 8, "stochastic"), Codings.flat(values.length), key);
      float[] decoded = Codings.through(coding, values);
      for (int i = 0; i < values.length; i++) {
        sums[i] += decoded[i];
      }
    }
    double limit = 6.0 / levels / (2 * Math.sqrt(draws));
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], sums[i] / draws, limit, "number " + i);
    }
    assertEquals(1, sums[0] / draws, 1e-6);
  }

  /** Draws at different places of one key are as independent: the error of a mean shrinks. */
  @Test
  void mean_ofManyPlaces_isTheNumberItself() throws IOException {
    int count = 200_000;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 8 == 0 ? 7 : 0.3f;
    }
    Coding coding = Codings.coding(plan("int4", 8, "stochastic"), Codings.flat(count), 77);
    double sum = 0;
    double ups = 0;
    float[] decoded = Codings.through(coding, values);
    float before = 0;
    double pairs = 0;
    for (int i = 0; i < count; i++) {
      if (i % 8 != 0) {
        sum += decoded[i];
        ups++;
        pairs += decoded[i] * before;
        before = decoded[i];
      }
    }
    assertEquals(0.3, sum / ups, 6 * Math.sqrt(0.3 * 0.7 / ups));
    assertEquals(0.09, pairs / ups, 6 * Math.sqrt(0.09 / ups), "neighbours go together");
  }

  @Test
  void form_ofABlock_isItsFactorAndItsWholeNumbers() throws IOException {
    float[] values = {12.7f, -12.7f, 0.1f, 0, 5, 0, 0, 0, 2.54f};
    Coding coding = Codings.coding(plan("int8", 8, "nearest"), Codings.flat(9), 0);
    ByteBuffer data = data(coding, values);
    assertEquals(12.7f / 127, data.getFloat());
    byte[] numbers = new byte[8];
    data.get(numbers);
    assertArrayEquals(new byte[] {127, -127, 1, 0, 50, 0, 0, 0}, numbers);
    assertEquals(0.02f, data.getFloat(), 1e-9f);
    assertEquals(127, data.get());
    assertEquals(0, data.remaining());
  }

  @Test
  void form_ofPackedNumbers_isTheFirstInTheLowerHalf() throws IOException {
    float[] values = {7, -7, 1, 0, 3, -2, 0, 0, 14};
    Coding coding = Codings.coding(plan("int4", 8, "nearest"), Codings.flat(9), 0);
    ByteBuffer data = data(coding, values);
    assertEquals(1, data.getFloat());
    byte[] numbers = new byte[4];
    data.get(numbers);
    assertArrayEquals(new byte[] {0x1f, (byte) 0x89, 0x6b, (byte) 0x88}, numbers);
    assertEquals(2, data.getFloat());
    assertEquals(0x0f, data.get());
    assertEquals(0, data.remaining());
    assertArrayEquals(values, Codings.through(coding, values));
  }

  private static ByteBuffer data(Coding coding, float[] values) throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Codings.encode(coding, values)).order(ByteOrder.LITTLE_ENDIAN);
    return file.position(Safetensors.canonicalHeader(coding.encoded()).length);
  }

  @Test
  void numbers_tooSmallForAFactor_areZeros() throws IOException {
    float[] values = {Float.MIN_VALUE, -Float.MIN_VALUE};
    Coding coding = Codings.coding(plan("int8", 8, "stochastic"), Codings.flat(2), 1);
    assertArrayEquals(new float[] {0, 0}, Codings.through(coding, values));
  }

  @Test
  void codec_saysNameAndBlock() {
    assertEquals("int8/256", Codings.coding("\"int8\"", Codings.flat(9), 1).codec());
    assertEquals("int4/64", Codings.coding("\"int4\"", Codings.flat(9), 1).codec());
  }
}
