package io.tributary.aggregation.codec;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Blocks of values, each a factor s = max|x| / L and whole numbers from -L to L, L 127 or 7. Blocks
 * begin anew with each tensor. Stochastic rounding takes the lower neighbour of x / s or the upper
 * one, the upper with the probability of the fraction: E[Q(x)] = x, |Q(x) - x| ≤ s. To the nearest:
 * |Q(x) - x| ≤ s / 2.
 *
 * <p>Sources: QSGD (Alistarh et al., NeurIPS 2017, section 3.1, there with the norm of the block
 * for its maximum, and blocks as in section 4); 8-bit blocks by their maximum: Dettmers et al.,
 * ICLR 2022, section 2.1.
 */
final class BlockCoding extends Coding {
  private static final String BLOCKS = "blocks";

  private final BlockForm form;
  private final boolean stochastic;
  private final long key;

  /**
   * First element and first byte of each tensor that has elements, and of what follows the last.
   */
  private final long[] firstElements;

  private final long[] firstBytes;

  BlockCoding(Layout layout, BlockForm form, boolean stochastic, long key) {
    super(layout, blocks(layout, form));
    this.form = form;
    this.stochastic = stochastic;
    this.key = key;
    List<TensorSpec> tensors = layout.tensors().stream().filter(t -> t.elements() > 0).toList();
    firstElements = new long[tensors.size() + 1];
    firstBytes = new long[tensors.size() + 1];
    for (int i = 0; i < tensors.size(); i++) {
      long count = tensors.get(i).elements();
      firstElements[i + 1] = firstElements[i] + count;
      firstBytes[i + 1] = firstBytes[i] + form.bytesOfTensor(count);
    }
  }

  private static Layout blocks(Layout layout, BlockForm form) {
    long bytes = 0;
    for (TensorSpec tensor : layout.tensors()) {
      bytes += form.bytesOfTensor(tensor.elements());
    }
    return Layout.of(List.of(new TensorSpec(BLOCKS, DType.U8, List.of(bytes))));
  }

  @Override
  public String codec() {
    return (form.packed() ? "int4/" : "int8/") + form.block();
  }

  @Override
  void write(FloatRun values, ByteSink sink) throws IOException {
    var out = new Writer(sink);
    int most = PIECE / form.block() * form.block();
    float[] floats = new float[most];
    for (int tensor = 0; tensor + 1 < firstElements.length; tensor++) {
      long end = firstElements[tensor + 1];
      for (long first = firstElements[tensor]; first < end; first += most) {
        int count = (int) Math.min(most, end - first);
        values.read(first, floats, count);
        for (int at = 0; at < count; at += form.block()) {
          out.block(floats, at, Math.min(form.block(), count - at), first + at);
        }
      }
    }
    out.flush();
  }

  /** Gathers blocks, so that small tensors cost no write each. */
  private final class Writer {
    private final ByteSink sink;
    private final byte[] bytes = new byte[2 * PIECE];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    private final int[] numbers = new int[form.block()];

    private Writer(ByteSink sink) {
      this.sink = sink;
    }

    private void block(float[] floats, int from, int length, long element) throws IOException {
      float largest = largest(floats, from, length, element);
      float factor = form.factor(largest);
      if (factor == 0) {
        Arrays.fill(numbers, 0, length, 0);
      } else if (stochastic) {
        roundAtRandom(floats, from, length, 1 / (double) factor, element);
      } else {
        roundToNearest(floats, from, length, 1 / (double) factor);
      }
      if (buffer.remaining() < form.bytesOf(length)) {
        flush();
      }
      int at = buffer.position();
      buffer.putFloat(factor);
      form.put(numbers, length, bytes, at + Float.BYTES);
      buffer.position(at + form.bytesOf(length));
    }

    private void roundToNearest(float[] floats, int from, int length, double inverse) {
      for (int i = 0; i < length; i++) {
        numbers[i] = limited((int) Math.rint(floats[from + i] * inverse));
      }
    }

    /** One draw of 64 bits serves two neighbours. */
    private void roundAtRandom(float[] floats, int from, int length, double inverse, long element) {
      for (int i = 0; i < length; i++) {
        long place = element + i;
        long drawn = (Mixer.bits(key, place >>> 1) >>> ((place & 1) << 5)) & 0xffffffffL;
        double exact = floats[from + i] * inverse;
        double lower = Math.floor(exact);
        numbers[i] = limited((int) lower + (drawn * 0x1p-32 < exact - lower ? 1 : 0));
      }
    }

    private int limited(int number) {
      return Math.max(-form.levels(), Math.min(form.levels(), number));
    }

    private void flush() throws IOException {
      sink.write(buffer.flip());
      buffer.clear();
    }
  }

  /** The largest absolute value of a block, in which NaN stays. */
  private float largest(float[] floats, int from, int length, long element) {
    float largest = 0;
    for (int i = from; i < from + length; i++) {
      largest = Math.max(largest, Math.abs(floats[i]));
    }
    if (!Float.isFinite(largest)) {
      requireFinite(Arrays.copyOfRange(floats, from, from + length), length, element);
    }
    return largest;
  }

  @Override
  void read(ByteSource file, long first, int count, float[] into) throws IOException {
    int tensor = tensorAt(first);
    long start = blockStart(tensor, first);
    int last = tensorAt(first + count - 1);
    long lastElement = first + count - 1;
    long end = blockStart(last, lastElement) + form.bytesOf(blockLength(last, lastElement));
    byte[] bytes = new byte[(int) (end - start)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.read(Safetensors.canonicalHeader(encoded()).length + start, buffer);
    for (long at = first; at < first + count; ) {
      tensor = at < firstElements[tensor + 1] ? tensor : tensor + 1;
      int offset = (int) ((at - firstElements[tensor]) % form.block());
      int length = blockLength(tensor, at);
      int place = (int) (blockStart(tensor, at) - start);
      int to = (int) Math.min(length, first + count - at + offset);
      float factor = buffer.getFloat(place);
      form.get(bytes, place + Float.BYTES, factor, offset, to, into, (int) (at - first));
      at += to - offset;
    }
  }

  private int tensorAt(long element) {
    int found = Arrays.binarySearch(firstElements, element);
    return found >= 0 ? found : -found - 2;
  }

  private long blockStart(int tensor, long element) {
    long block = (element - firstElements[tensor]) / form.block();
    return firstBytes[tensor] + block * form.bytesOf(form.block());
  }

  private int blockLength(int tensor, long element) {
    long offset = (element - firstElements[tensor]) % form.block();
    return (int) Math.min(form.block(), firstElements[tensor + 1] - element + offset);
  }
}
