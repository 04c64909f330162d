package io.tributary.aggregation.store;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.aggregation.SampleFiles;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.NodeName;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValuesTest {
  @Test
  void granule_ofWholeNumbers_isTheExactSumForEveryLength() {
    double[] values = IntStream.range(0, 64).asDoubleStream().toArray();
    for (int from = 0; from < 20; from++) {
      for (int to = from; to <= 64; to++) {
        double expected = IntStream.range(from, to).mapToDouble(i -> (double) i * i).sum();
        assertEquals(expected, SquareSums.granule(values, from, to), from + " to " + to);
      }
    }
  }

  @Test
  void granule_oneNonFiniteValue_isNotFinite() {
    for (int i = 0; i < 19; i++) {
      double[] values = new double[19];
      values[i] = i % 2 == 0 ? Double.NaN : Double.NEGATIVE_INFINITY;
      assertEquals(false, Double.isFinite(SquareSums.granule(values, 0, 19)));
    }
  }

  @Test
  void read_bothTypes_fromBothBuffers() throws IOException {
    Layout layout = layout(tensor("a", DType.F32, 3), tensor("b", DType.F64, 2));
    ByteSource source = ByteSource.of(SampleFiles.file(layout, 1.5, -2, 3, 0.1, 5));
    long start = Safetensors.canonicalHeader(layout).length;
    for (ValueReader reader : List.of(ValueReader.direct(4), ValueReader.onHeap(4))) {
      double[] into = {9, 9, 9, 9};
      reader.read(source, start, new Block(DType.F32, 4, 2), into);
      assertArrayEquals(new double[] {-2, 3, 9, 9}, into);
      reader.read(source, start, new Block(DType.F64, 12, 2), into);
      assertArrayEquals(new double[] {0.1, 5, 9, 9}, into);
    }
  }

  @Test
  void groupSpec_integersOrHalves_areRefused() {
    for (DType dtype : List.of(DType.I64, DType.BOOL, DType.F16, DType.BF16)) {
      assertRefused(
          ErrorKind.INVALID_ARGUMENT,
          "tensor \"n\": " + dtype + "[1]",
          () -> GroupSpec.delta(layout(tensor("n", dtype, 1))));
    }
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "tensor \"n\": I32[1]",
        () -> GroupSpec.statistic(layout(tensor("n", DType.I32, 1))));
    assertEquals(
        GroupKind.STATISTIC, GroupSpec.statistic(layout(tensor("n", DType.I64, 1))).kind());
    assertEquals(GroupKind.DELTA, GroupSpec.delta(layout(tensor("n", DType.F32, 1))).kind());
    assertEquals(GroupKind.STATISTIC, GroupSpec.statistic(layout(tensor("n", DType.F64))).kind());
  }

  @Test
  void spooledUpdate_noExamples_isRefused() {
    var node = new NodeName("a");
    assertEquals(1, new SpooledUpdate(node, 1, 1, new TreeMap<>()).examples());
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "examples of a: 0",
        () -> new SpooledUpdate(node, 0, 1, new TreeMap<>()));
  }
}
