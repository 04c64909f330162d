package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.IntBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutMasksTest {
  private static final int COUNT = 400_000;

  @Test
  void fill_rate_dropsThatShareAndScalesTheRest() {
    for (double rate : new double[] {0, 0.1, 0.5, 0.9}) {
      float[] mask = mask(DropoutMasks.of(1, 0), rate, 0, COUNT);
      long dropped = 0;
      for (float value : mask) {
        assertTrue(value == 0 || value == (float) (1 / (1 - rate)));
        dropped += value == 0 ? 1 : 0;
      }
      double deviation = Math.sqrt(rate * (1 - rate) / COUNT);
      assertEquals(rate, (double) dropped / COUNT, 5 * deviation);
    }
  }

  @Test
  void fill_inPieces_sameAsAtOnce() {
    var masks = DropoutMasks.of(5, 3);
    float[] whole = mask(masks, 0.3, 0, 10_000);
    assertArrayEquals(Arrays.copyOfRange(whole, 4_000, 10_000), mask(masks, 0.3, 4_000, 6_000));
  }

  @Test
  void of_otherStepOrKey_independentMasks() {
    float[] one = mask(DropoutMasks.of(1, 0), 0.5, 0, COUNT);
    for (DropoutMasks other :
        new DropoutMasks[] {
          DropoutMasks.of(1, 1), DropoutMasks.of(2, 0), DropoutMasks.of(1L << 40, 0)
        }) {
      assertEquals(0.5, agreement(one, mask(other, 0.5, 0, COUNT)), 0.005);
    }
    for (int shift : new int[] {1, 2, 16, 384, 4096}) {
      float[] moved = mask(DropoutMasks.of(1, 0), 0.5, shift, COUNT);
      assertEquals(0.5, agreement(one, moved), 0.005);
    }
  }

  @Test
  void of_sameKeyAndStep_sameBytesForEver() {
    float[] mask = mask(DropoutMasks.of(42, 7), 0.5, 0, 16);
    var bits = new StringBuilder();
    for (float value : mask) {
      bits.append(value == 0 ? '0' : '1');
    }
    assertEquals("1111010001101101", bits.toString());
  }

  @Test
  void none_isNotActive() {
    assertFalse(DropoutMasks.NONE.active());
  }

  private static double agreement(float[] a, float[] b) {
    long same = 0;
    for (int i = 0; i < a.length; i++) {
      same += (a[i] == 0) == (b[i] == 0) ? 1 : 0;
    }
    return (double) same / a.length;
  }

  private static float[] mask(DropoutMasks masks, double rate, int first, int count) {
    int[] bits = new int[count];
    masks.fill(IntBuffer.wrap(bits), first, rate);
    float[] mask = new float[count];
    for (int i = 0; i < count; i++) {
      mask[i] = Float.intBitsToFloat(bits[i]);
    }
    return mask;
  }
}
