package io.tributary.aggregation.tensor;

import static io.tributary.aggregation.Failures.assertRefused;
import static io.tributary.aggregation.SampleFiles.layout;
import static io.tributary.aggregation.SampleFiles.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.json.JsonReader;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
  private final TensorSpec b = tensor("b", DType.F32, 3);
  private final TensorSpec w = tensor("w", DType.F64, 2, 2);

  @Test
  void tensors_whateverTheOrder_areSortedByName() {
    assertEquals(layout(b, w).tensors(), layout(w, b).tensors());
    assertEquals(b, layout(w, b).tensors().get(0));
    assertEquals(layout(w, b), layout(b, w));
    assertEquals(layout(w, b).hashCode(), layout(b, w).hashCode());
    assertNotEquals(layout(w), layout(b));
    assertNotEquals(layout(w), (Object) "layout");
  }

  @Test
  void tensors_namesBeyondTheBasicPlane_areSortedByUtf8NotByChar() {
    // U+FFFD is above U+1F600 for String.compareTo, below it in UTF-8
    TensorSpec face = tensor("\ud83d\ude00", DType.F32, 1);
    TensorSpec mark = tensor("\ufffd", DType.F32, 1);
    assertEquals(mark, layout(face, mark).tensors().get(0));
  }

  @Test
  void of_repeatedName_isRefused() {
    assertRefused(ErrorKind.INVALID_ARGUMENT, "\"b\" stands twice", () -> layout(b, b));
  }

  @Test
  void of_tooManyBytesTogether_isRefused() {
    TensorSpec huge = tensor("h", DType.U8, 1L << 60);
    assertEquals(1L << 60, layout(huge).dataBytes());
    assertRefused(ErrorKind.INVALID_ARGUMENT, "2^60", () -> layout(huge, b));
  }

  @Test
  void find_known_isTheTensor() {
    assertEquals(Optional.of(w), layout(b, w).find("w"));
    assertEquals(Optional.empty(), layout(b, w).find("x"));
  }

  @Test
  void dataBytes_isTheSum() {
    assertEquals(12 + 32, layout(b, w).dataBytes());
    assertEquals("Layout(2 tensors, 44 bytes)", layout(b, w).toString());
  }

  @Test
  void at_eachByte_isTheTensorThere() {
    Layout layout = layout(b, tensor("c", DType.F32, 0), w);
    assertEquals(b, layout.at(0));
    assertEquals(b, layout.at(11));
    assertEquals(w, layout.at(12));
    assertEquals(w, layout.at(43));
    assertRefused(ErrorKind.INVALID_ARGUMENT, "byte 44", () -> layout.at(44));
  }

  @Test
  void toJson_isCanonicalAndReadsBack() {
    Layout layout = layout(w, b);
    String text = layout.toJson().canonical();
    assertEquals(
        "{\"tensors\":[{\"dtype\":\"F32\",\"name\":\"b\",\"shape\":[3]},"
            + "{\"dtype\":\"F64\",\"name\":\"w\",\"shape\":[2,2]}]}",
        text);
    assertEquals(layout, Layout.parse(JsonReader.read(text)));
    assertEquals(Digest.ofUtf8(text), layout.digest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "{\"tensors\":1}",
        "{\"tensors\":[1]}",
        "{\"tensors\":[{\"name\":\"a\",\"shape\":[1]}]}",
        "{\"tensors\":[{\"dtype\":1,\"name\":\"a\",\"shape\":[1]}]}",
        "{\"tensors\":[{\"dtype\":\"F99\",\"name\":\"a\",\"shape\":[1]}]}",
        "{\"tensors\":[{\"dtype\":\"F32\",\"name\":\"a\",\"shape\":[1.5]}]}",
        "{\"tensors\":[{\"dtype\":\"F32\",\"name\":\"a\",\"shape\":[\"1\"]}]}",
        "{\"tensors\":[{\"dtype\":\"F32\",\"name\":\"a\",\"shape\":[1e300]}]}",
        "{\"tensors\":[{\"dtype\":\"F32\",\"name\":\"a\",\"shape\":[-1]}]}",
        "{\"tensors\":[{\"dtype\":\"F32\",\"name\":\"a\",\"shape\":[1]},"
            + "{\"dtype\":\"F32\",\"name\":\"a\",\"shape\":[1]}]}"
      })
  void parse_otherJson_isCorrupt(String text) {
    assertRefused(ErrorKind.CORRUPT, "", () -> Layout.parse(JsonReader.read(text)));
  }

  @Test
  void tensors_areUnmodifiable() {
    assertThrows(UnsupportedOperationException.class, () -> layout(b).tensors().remove(0));
  }
}
