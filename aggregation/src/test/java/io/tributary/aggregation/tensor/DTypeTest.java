package io.tributary.aggregation.tensor;

import static io.tributary.aggregation.Failures.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.tributary.federation.ErrorKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DTypeTest {
  @Test
  void bytes_ofEachType_areThoseOfTheFormat() {
    Map<String, Integer> sizes =
        Map.of(
            "F64", 8, "F32", 4, "F16", 2, "BF16", 2, "I64", 8, "I32", 4, "I16", 2, "I8", 1, "U8", 1,
            "BOOL", 1);
    assertEquals(sizes.size(), DType.values().length);
    sizes.forEach((token, bytes) -> assertEquals(bytes, DType.of(token).bytes()));
  }

  @Test
  void of_ownToken_isItself() {
    for (DType dtype : DType.values()) {
      assertSame(dtype, DType.of(dtype.token()));
    }
  }

  @Test
  void of_unknownToken_isRefused() {
    assertRefused(ErrorKind.INVALID_ARGUMENT, "\"F8_E4M3\"", () -> DType.of("F8_E4M3"));
  }

  @Test
  void of_hostileToken_isShortAndPrintable() {
    assertRefused(
        ErrorKind.INVALID_ARGUMENT,
        "dtype: \"\\u001b[0m" + "x".repeat(76) + "…\" ",
        () -> DType.of("\u001b[0m" + "x".repeat(500)));
    assertEquals("\"a~ \"", Quoted.of("a~ "));
    assertEquals("\"\\u007f\\u00e9\"", Quoted.of("\u007fé"));
    assertEquals("\"" + "y".repeat(80) + "\"", Quoted.of("y".repeat(80)));
  }
}
