package io.tributary.federation.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SettingsTest {
  private static Settings settings(String json) {
    return Settings.of("node.yaml", JsonReader.read(json));
  }

  private static String refusal(Executable read) {
    var refusal = assertThrows(FederationException.class, read);
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    return refusal.sentence();
  }

  @Test
  void finish_unknownKey_namesFullPathAndNearest() {
    Settings root = settings("{\"train\":{\"epocs\":3}}");
    root.section("train").integer("epochs", 1, 1, 10);
    root.section("train").integer("batch-size", 1, 1, 10);
    String message = refusal(root::finish);
    assertTrue(message.startsWith("node.yaml: train.epocs: unknown key"), message);
    assertTrue(message.endsWith("Did you mean \"epochs\"?"), message);
  }

  @Test
  void finish_allKeysRead_passes() {
    Settings root = settings("{\"a\":\"x\",\"b\":{\"c\":\"2m\"}}");
    assertEquals("x", root.text("a"));
    assertEquals(Duration.ofMinutes(2), root.section("b").duration("c", Duration.ZERO));
    root.finish();
  }

  @Test
  void text_missing_saysSo() {
    assertEquals(
        "node.yaml: name: missing (expected: a text). Add the key.",
        refusal(() -> settings("{}").text("name")));
  }

  @Test
  void integer_outsideRangeOrWrongType_namesTheRule() {
    String rule = "(expected: a whole number from 1 to 10)";
    for (String value : List.of("0", "11", "1.5", "true", "[1]", "\"x\"", "{}")) {
      String message = refusal(() -> settings("{\"n\":" + value + "}").integer("n", 1, 1, 10));
      assertTrue(message.contains(rule), message);
    }
    assertEquals(7, settings("{\"n\":\"7\"}").integer("n", 1, 1, 10));
  }

  @Test
  void number_outsideRange_refused() {
    assertTrue(
        refusal(() -> settings("{\"n\":2}").number("n", 0, 0, 1)).contains("a number from 0 to 1"));
    assertEquals(0.06, settings("{\"n\":0.06}").number("n", 0, 0, 1));
    assertEquals(1e-4, settings("{\"n\":\"1e-4\"}").number("n", 0, 0, 1));
  }

  @Test
  void flag_notATruthValue_refused() {
    assertTrue(
        refusal(() -> settings("{\"f\":\"maybe\"}").flag("f", true)).contains("true or false"));
  }

  @Test
  void duration_withoutUnit_refusedWithPath() {
    String message = refusal(() -> settings("{\"d\":5}").duration("d", Duration.ZERO));
    assertTrue(message.startsWith("node.yaml: d: duration: \"5\""), message);
  }

  @Test
  void choice_unknownWord_listsTheChoices() {
    assertTrue(
        refusal(() -> settings("{\"c\":\"x\"}").choice("c", "a", List.of("a", "b")))
            .contains("one of a, b"));
  }

  @Test
  void nullValue_countsAsAbsent() {
    assertEquals("default", settings("{\"a\":null}").text("a", "default"));
  }

  @Test
  void root_notAnObject_refused() {
    assertTrue(refusal(() -> settings("[1]")).contains("keys and values"));
  }

  @Test
  void nearestKey_farWords_none() {
    assertEquals(
        "learning-rate",
        NearestKey.of("learnin-rate", List.of("learning-rate", "momentum")).orElseThrow());
    assertTrue(NearestKey.of("zzz", List.of("learning-rate", "momentum")).isEmpty());
  }
}
