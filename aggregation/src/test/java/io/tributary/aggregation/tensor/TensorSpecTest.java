package io.tributary.aggregation.tensor;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.federation.ErrorKind;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorSpecTest {
  @Test
  void elements_ofMatrix_isTheProduct() {
    assertEquals(6, tensor("w", DType.F32, 2, 3).elements());
    assertEquals(24, tensor("w", DType.F32, 2, 3).bytes());
    assertEquals("F32[2,3]", tensor("w", DType.F32, 2, 3).form());
  }

  @Test
  void elements_ofScalar_isOne() {
    assertEquals(1, tensor("s", DType.F64).elements());
    assertEquals(8, tensor("s", DType.F64).bytes());
  }

  @Test
  void elements_ofEmptyTensor_isZero() {
    assertEquals(0, tensor("e", DType.F32, 3, 0).bytes());
  }

  @Test
  void new_largestTensor_isTaken() {
    assertEquals(1L << 60, tensor("w", DType.F32, 1L << 58).bytes());
    assertEquals(1L << 60, tensor("w", DType.U8, 1L << 30, 1L << 30).bytes());
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 58) + 1})
  void new_absurdSize_isRefused(long size) {
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "shape of tensor \"w\"", () -> tensor("w", DType.F32, size));
  }

  @Test
  void new_productThatOverflows_isRefused() {
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "2^60", () -> tensor("w", DType.U8, 1L << 32, 1L << 32));
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "2^60", () -> tensor("w", DType.U8, 0, 1L << 60, 1L << 60));
  }

  @Test
  void new_sixteenDimensions_isTakenAndSeventeenRefused() {
    assertEquals(1, new TensorSpec("w", DType.U8, Collections.nCopies(16, 1L)).elements());
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "17 sizes",
        () -> new TensorSpec("w", DType.U8, Collections.nCopies(17, 1L)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "__metadata__", "a\nb", "a\u0000", "\ud800", "x\udc00y", "\u0085"})
  void new_unfitName_isRefused(String name) {
    assertRefused(ErrorKind.INVALID_ARGUMENT, "tensor name", () -> tensor(name, DType.F32, 1));
  }

  @Test
  void new_longName_isTakenUpToTheLimit() {
    assertEquals(1024, tensor("n".repeat(1024), DType.F32, 1).name().length());
    assertRefused(
        ErrorKind.INVALID_ARGUMENT, "tensor name", () -> tensor("n".repeat(1025), DType.F32, 1));
  }

  @Test
  void new_nameOutsideTheBasicPlane_isTaken() {
    assertEquals(List.of(2L), tensor("\ud83d\ude00", DType.F32, 2).shape());
  }
}
