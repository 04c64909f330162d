package io.tributary.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
  @ParameterizedTest
  @CsvSource({"auto, auto", "cpu, cpu", "gpu, gpu:0", "gpu:0, gpu:0", "gpu:12, gpu:12"})
  void parse_words_areDevices(String word, String device) {
    assertEquals(device, DeviceChoice.parse(word).toString());
    assertEquals(DeviceChoice.parse(word), DeviceChoice.parse(device));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu0", "gpu:", "gpu:-1", "gpu:1000", "cuda", "CPU"})
  void parse_otherWords_refusedWithThoseThereAre(String word) {
    var refusal = assertThrows(FederationException.class, () -> DeviceChoice.parse(word));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertEquals(
        "\"" + word + "\" (expected: auto, cpu, gpu or gpu:N). Choose one of them.",
        refusal.sentence());
  }
}
