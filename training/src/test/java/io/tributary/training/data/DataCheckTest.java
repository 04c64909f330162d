package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each finding, and its absence. */
class DataCheckTest {
  private static final List<String> LABELS = List.of("a", "b", "c");

  @TempDir Path folder;

  private DatasetSpec spec(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    return DatasetSpec.ofTraining(SourceSpec.ofTexts(file, "text", "label"));
  }

  private static List<String> warnings(DataCheckReport report) {
    return report.findings().stream()
        .filter(f -> f.severity() == Finding.Severity.WARNING)
        .map(Finding::code)
        .sorted()
        .toList();
  }

  private static String rows(String label, int from, int to) {
    var rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append("text number ").append(i).append(',').append(label).append('\n');
    }
    return rows.toString();
  }

  @Test
  void check_soundDataset_hasNoWarnings() throws IOException {
    DatasetSpec spec =
        spec("t.csv", "text,label\n" + rows("a", 0, 20) + rows("b", 20, 40) + rows("c", 40, 60))
            .withValidation(ValidationSpec.ofShare(0.2));
    DataCheckReport report = DataCheck.run(spec, LABELS);
    assertEquals(List.of(), warnings(report));
    assertTrue(report.usable());
    assertEquals(48, report.card().orElseThrow().train());
  }

  @Test
  void check_everyFault_isFound() throws IOException {
    DatasetSpec spec =
        spec(
                "t.csv",
                "text,label\n"
                    + rows("a", 0, 120)
                    + rows("b", 120, 122)
                    + "Text, Number 3!,a\n".replace("Text, Number 3!", "\"Text, Number 3!\"")
                    + "text number 5,a\ntext number 6,b\n,a\n")
            .withCleaning(CleaningSpec.none())
            .withValidation(
                ValidationSpec.ofFile(
                    Files.writeString(folder.resolve("v.csv"), "text,label\nText number 9,a\n")));
    DataCheckReport report = DataCheck.run(spec, LABELS);
    assertEquals(
        List.of(
            "absent-labels",
            "conflicts",
            "duplicates",
            "empty",
            "few-examples",
            "imbalance",
            "leakage",
            "near-duplicates"),
        warnings(report));
    assertTrue(report.usable());
    assertFalse(report.toJson().canonical().contains("text number"), "an example's text leaks");
  }

  @Test
  void check_unreadable_isOneErrorWithItsSentence() throws IOException {
    DataCheckReport report = DataCheck.run(spec("t.csv", "text,label\nx,z\n"), LABELS);
    assertFalse(report.usable());
    assertTrue(report.findings().get(0).sentence().contains("row 1 (line 2)"));
    assertTrue(report.card().isEmpty());
  }

  @Test
  void check_constantColumn_isFound() throws IOException {
    Path file = Files.writeString(folder.resolve("n.csv"), "x,y,label\n1,7,a\n2,7,b\n");
    var source =
        new SourceSpec(
            SourceFormat.CSV,
            file,
            Optional.empty(),
            List.of("x", "y"),
            "label",
            new TreeMap<>(),
            ',');
    DataCheckReport report = DataCheck.run(DatasetSpec.ofTraining(source), LABELS);
    assertTrue(warnings(report).contains("constant-column"));
    assertTrue(report.findings().stream().anyMatch(f -> f.sentence().contains("column \"y\"")));
    assertFalse(report.findings().stream().anyMatch(f -> f.sentence().contains("\"x\"")));
  }

  @Test
  void check_countsHidden_cardHasNone() throws IOException {
    DatasetSpec spec = spec("t.csv", "text,label\nx,a\ny,b\n").withShowCounts(false);
    assertTrue(DataCheck.run(spec, LABELS).card().orElseThrow().perLabel().isEmpty());
  }
}
