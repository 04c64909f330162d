package io.tributary.cli.demo;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FederationFileTest {
  private static final String GOOD =
      """
      about: two shops
      base: model.json
      seed: 3
      sites:
        shop-b: {train: {path: b.csv}}
        shop-a: {train: {path: a.csv}, validation: none}
      held-out: {selection: test.csv}
      """;

  @TempDir Path folder = Path.of("");

  @Test
  void read_sections_areKeptAsTheyStand() throws IOException {
    FederationFile file = read(GOOD);
    assertEquals(List.of("shop-a", "shop-b"), List.copyOf(file.sites().keySet()));
    assertEquals(
        "{\"train\":{\"path\":\"a.csv\"},\"validation\":\"none\"}",
        requireNonNull(file.sites().get("shop-a")).canonical());
    assertEquals("{\"selection\":\"test.csv\"}", file.heldOut().canonical());
    assertEquals(Optional.of("model.json"), file.newModel());
    assertEquals(3, file.seed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "base: model.json; ; base",
        "  shop-b:;  Shop B:; node names",
        "about: two shops; torchscript: [model.pt]; torchscript: model.pt",
        "about: two shops; colour: red; colour",
        "held-out:; held-in:; held-out"
      })
  void read_whatDoesNotFit_refusedByItsKey(String old, String other, String named) {
    FederationException refused =
        assertThrows(
            FederationException.class, () -> read(GOOD.replace(old, other == null ? "" : other)));
    assertEquals(ErrorKind.INVALID_CONFIG, refused.kind());
    assertTrue(refused.sentence().contains(named), refused.sentence());
  }

  @Test
  void read_noSites_refused() {
    String none = GOOD.replaceAll("(?s)sites:.*held-out", "held-out");
    FederationException refused = assertThrows(FederationException.class, () -> read(none));
    assertTrue(refused.sentence().contains("1 to 20"), refused.sentence());
  }

  private FederationFile read(String text) throws IOException {
    Files.writeString(folder.resolve(FederationFile.NAME), text);
    return FederationFile.read(folder);
  }
}
