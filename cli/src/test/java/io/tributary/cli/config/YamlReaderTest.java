package io.tributary.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {
  @Test
  void read_allKinds_becomesTheSameJson() {
    String yaml =
        """
        text: 10%
        address: 0.0.0.0:7443
        rate: 4e-4
        exact: 0.1
        whole: -7
        flag: true
        none:
        list: [a, 2, false]
        nested: {inner: {deep: x}}
        """;
    assertEquals(
        "{\"address\":\"0.0.0.0:7443\",\"exact\":0.1,\"flag\":true,\"list\":[\"a\",2,false],"
            + "\"nested\":{\"inner\":{\"deep\":\"x\"}},\"none\":null,\"rate\":0.0004,"
            + "\"text\":\"10%\",\"whole\":-7}",
        YamlReader.read("f.yaml", yaml).tree().canonical());
  }

  @Test
  void read_emptyText_isAnEmptyObject() {
    assertEquals("{}", YamlReader.read("f.yaml", "# only a comment\n").tree().canonical());
  }

  @Test
  void read_nestedKeys_knowsTheirLines() {
    var document = YamlReader.read("f.yaml", "a:\n  b: 1\n\n  c: {d: 2}\n");
    assertEquals(2, document.lines().get("a.b"));
    assertEquals(4, document.lines().get("a.c.d"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "~a: 1\nb: 2\na: 3~|f.yaml:3: key a a second time",
        "~a:\n  b: 1\n  b: 2~|f.yaml:3: key a.b a second time",
        "~a: [1, 2~|f.yaml:1: ",
        "~a: 1\n\tb: 2~|f.yaml:2: ",
        "~? [x]\n: 1~|f.yaml:1: a key that is no text",
        "~a: !mine 1~|f.yaml:1: tag !mine",
        "~a: .inf~|f.yaml:1: .inf",
        "~a: 1e9999~|f.yaml:1: 1e9999",
      })
  void read_malformed_refusesWithItsLine(String yaml, String start) {
    var failure = assertThrows(FederationException.class, () -> YamlReader.read("f.yaml", yaml));
    assertEquals(ErrorKind.INVALID_CONFIG, failure.kind());
    assertTrue(failure.sentence().startsWith(start), failure.sentence());
  }

  @Test
  void read_aliasesThatMultiply_refuses() {
    var yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      yaml.append("a").append(i).append(": &a").append(i).append(" [");
      yaml.append(("*a" + (i - 1) + ", ").repeat(9)).append("*a").append(i - 1).append("]\n");
    }
    assertThrows(FederationException.class, () -> YamlReader.read("f.yaml", yaml.toString()));
  }
}
