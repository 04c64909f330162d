package io.tributary.aggregation.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The sums are those of the plain loop, to the last bit. */
class ScaledSumsTest {
  private static final int HEADER = 16;
  private static final int MOST = 5_000;
  private static final double[] HARD = {
    0,
    -0.0,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    1 + Math.ulp(1f),
    0.1f,
    1e-30f
  };

  static Stream<Arguments> forms() {
    return Stream.of(DType.F32, DType.F64)
        .flatMap(
            dtype ->
                Stream.of(1, 1_023, 1_024, 1_025, MOST - 7)
                    .map(count -> Arguments.of(dtype, count)));
  }

  private static double[] values(SplittableRandom random, DType dtype) {
    double[] values = new double[MOST];
    for (int i = 0; i < MOST; i++) {
      double hard = HARD[random.nextInt(HARD.length)];
      double usual = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-20, 20));
      double value = random.nextInt(4) == 0 ? hard : usual;
      values[i] = dtype == DType.F32 ? (float) value : value;
    }
    return values;
  }

  private static byte[] file(double[] values, DType dtype) {
    ByteBuffer out =
        ByteBuffer.allocate(HEADER + MOST * dtype.bytes())
            .order(ByteOrder.LITTLE_ENDIAN)
            .position(HEADER);
    for (double value : values) {
      if (dtype == DType.F32) {
        out.putFloat((float) value);
      } else {
        out.putDouble(value);
      }
    }
    return out.array();
  }

  @ParameterizedTest
  @MethodSource("forms")
  void add_anyNumberOfFiles_isThePlainLoopBitByBit(DType dtype, int count) throws IOException {
    var random = new SplittableRandom(count);
    var sums = new ScaledSums(MOST);
    List<ByteSource> files = new ArrayList<>();
    List<double[]> rows = new ArrayList<>();
    for (int n = 1; n <= 9; n++) {
      double[] row = values(random, dtype);
      rows.add(row);
      files.add(ByteSource.of(file(row, dtype)));
      double[] factors = factors(random, n);
      int first = MOST - 7 - count;
      var block = new Block(dtype, (long) first * dtype.bytes(), count);
      double[] actual = new double[MOST];
      double[] expected = new double[MOST];
      actual[0] = expected[0] = 0.3;
      for (int file = 0; file < n; file++) {
        for (int i = 0; i < count; i++) {
          expected[i] += factors[file] == 0 ? 0 : factors[file] * rows.get(file)[first + i];
        }
      }
      sums.add(files, factors, HEADER, block, actual);
      assertArrayEquals(expected, actual, n + " files, replay: seed=" + count);
    }
  }

  /** Weights as plans may give them: 1 to the largest count, and none. */
  private static double[] factors(SplittableRandom random, int count) {
    double[] factors = new double[count];
    for (int i = 0; i < count; i++) {
      factors[i] =
          switch (random.nextInt(4)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> 0;
            case 2 -> 1;
            default -> random.nextInt(1, 1_000_000);
          };
    }
    return factors;
  }

  @Test
  void add_factorZero_isNotRead() throws IOException {
    ByteSource unreadable =
        new ByteSource() {
          @Override
          public long size() {
            return 0;
          }

          @Override
          public void read(long position, ByteBuffer into) throws IOException {
            throw new EOFException("not to be read");
          }

          @Override
          public void close() {}
        };
    double[] sums = {2};
    new ScaledSums(1)
        .add(List.of(unreadable), new double[] {0}, HEADER, new Block(DType.F32, 0, 1), sums);
    assertEquals(2, sums[0]);
  }
}
