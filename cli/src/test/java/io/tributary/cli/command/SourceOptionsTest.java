package io.tributary.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.cli.Surroundings;
import io.tributary.federation.FederationException;
import io.tributary.training.data.Columns;
import io.tributary.training.data.SourceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceOptionsTest {
  @TempDir Path folder;

  private SourceSpec source(SourceOptions options) throws IOException {
    Files.writeString(folder.resolve("rows.csv"), "amount,shop,label\n1,north,a\n");
    options.file = "rows.csv";
    return options.source(new Surroundings(System.out, System.err, Map.of(), folder, false, 100));
  }

  @Test
  void source_keysWithSectionsAndDots_asInANodesFile() throws IOException {
    var options = new SourceOptions();
    options.features.add("amount");
    options.keys.put("categories", "{shop: [north, south]}");
    options.keys.put("scales.amount", "[10, 2.5]");
    options.keys.put("labels.0", "circle");
    options.keys.put("labels.1", "square");
    SourceSpec source = source(options);
    assertEquals(Map.of("0", "circle", "1", "square"), source.labels());
    var numbers = (Columns.Numbers) source.columns().input();
    assertEquals(Map.of("shop", List.of("north", "south")), numbers.categories());
    assertEquals(Map.of("amount", new Columns.Scale(10, 2.5)), numbers.scales());
  }

  @Test
  void source_valuesThatLookLikeNumbers_areTexts() throws IOException {
    var options = new SourceOptions();
    options.keys.put("pair", "7");
    assertEquals("7", ((Columns.Texts) source(options).columns().input()).pair().orElseThrow());
  }

  @Test
  void source_brokenSectionOrUnknownKey_refusedByItsName() {
    var broken = new SourceOptions();
    broken.keys.put("categories", "{shop: [north");
    assertRefused("--key categories", broken);
    var unknown = new SourceOptions();
    unknown.keys.put("pears", "second");
    assertRefused("pears", unknown);
    var inner = new SourceOptions();
    inner.keys.put("label.more", "x");
    assertRefused("label", inner);
  }

  private void assertRefused(String part, SourceOptions options) {
    var e = assertThrows(FederationException.class, () -> source(options));
    assertTrue(e.sentence().contains(part), e.sentence());
    assertEquals(1, e.sentence().lines().count(), e.sentence());
  }
}
