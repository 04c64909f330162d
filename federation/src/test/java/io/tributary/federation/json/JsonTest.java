package io.tributary.federation.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @Test
  void canonical_sortsKeysStripsNumbersAndSpaces() {
    String text = "{ \"b\" : [1.50, 1e2, -0.0, true, null] , \"a\\u00e4\" : \"x\\n\\u0001\\/\" }";
    assertEquals(
        "{\"aä\":\"x\\n\\u0001/\",\"b\":[1.5,100,0,true,null]}", JsonReader.read(text).canonical());
  }

  @Test
  void canonical_readAgain_isTheSame() {
    var value =
        JsonValue.object()
            .put("x", 0.1)
            .put("y", 1e-7)
            .put("n", Long.MAX_VALUE)
            .put("t", "\"\\\t")
            .put("f", false)
            .build();
    assertEquals(value, JsonReader.read(value.canonical()));
  }

  @ParameterizedTest
  @CsvSource({
    "2.0E-3,0.002",
    "1.0E23,100000000000000000000000",
    "2.2250738585072014E-308,",
    "0.1,0.1",
    "4.9E-324,"
  })
  void number_fromDouble_isTheShortestThatReadsBack(double value, String expected) {
    BigDecimal decimal = JsonValue.of(value).value();
    assertEquals(value, decimal.doubleValue());
    if (expected != null) {
      assertEquals(expected, decimal.toPlainString());
    }
  }

  @Test
  void number_notFinite_refused() {
    assertThrows(IllegalArgumentException.class, () -> JsonValue.of(Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> JsonValue.of(Double.POSITIVE_INFINITY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\":1,\"a\":2}",
        "01",
        "+1",
        "1.",
        ".5",
        "1e9999",
        "NaN",
        "nul",
        "\"\\x\"",
        "\"\u0001\"",
        "[1] 2",
        "\"\\u12g4\"",
        "'a'",
        "{a:1}",
        "1e999",
        "truefalse"
      })
  void read_malformed_refusedAsCorrupt(String text) {
    var refusal = assertThrows(FederationException.class, () -> JsonReader.read(text));
    assertEquals(ErrorKind.CORRUPT, refusal.kind());
  }

  @Test
  void read_deepNesting_refused() {
    assertThrows(FederationException.class, () -> JsonReader.read("[".repeat(100_000)));
  }

  @Test
  void read_brokenUtf8_refused() {
    byte[] bytes = {'"', (byte) 0xc3, '"'};
    assertThrows(FederationException.class, () -> JsonReader.read(bytes));
  }

  @Test
  void read_mutatedBytes_answersOrRefusesNeverThrowsOtherwise() {
    byte[] valid =
        "{\"a\":[1,2.5e3,\"x\\u0041\"],\"b\":{\"c\":null,\"d\":true}}"
            .getBytes(StandardCharsets.UTF_8);
    for (long seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      byte[] mutated = valid.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      assertTrue(readsOrRefuses(mutated), "replay: seed=" + seed);
    }
  }

  private static boolean readsOrRefuses(byte[] bytes) {
    try {
      JsonValue value = JsonReader.read(bytes);
      return JsonReader.read(value.canonical()).equals(value);
    } catch (FederationException e) {
      return e.kind() == ErrorKind.CORRUPT && !e.sentence().contains("\n");
    }
  }
}
