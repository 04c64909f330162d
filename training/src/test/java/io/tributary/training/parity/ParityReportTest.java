package io.tributary.training.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParityReportTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  static List<Path> cases() {
    return ParityReport.cases(GOLDEN);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rows_goldenFolder_everyQuantityKeepsItsRule(Path folder) {
    List<ParityRow> rows = ParityReport.rows(folder);
    assertFalse(rows.isEmpty());
    for (ParityRow row : rows) {
      assertTrue(row.ok(), row.markdown());
    }
  }

  @Test
  void rows_bert_compareTrainingToo() {
    List<String> quantities =
        ParityReport.rows(GOLDEN.resolve("bert-seqcls")).stream().map(ParityRow::quantity).toList();
    assertTrue(
        quantities.containsAll(
            List.of("logits", "loss", "grad", "after1", "after2", "after5", "loss of 5 steps")),
        quantities.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora-bert", "lora-bert-head", "lora-gpt2"})
  void rows_adapter_compareOffOnMergedAndTraining(String folder) {
    List<String> quantities =
        ParityReport.rows(GOLDEN.resolve(folder)).stream().map(ParityRow::quantity).toList();
    assertTrue(
        quantities.containsAll(
            List.of(
                "logits_base", "logits", "logits_merged", "merged", "grad", "after1", "after5")),
        quantities.toString());
  }

  @Test
  void cases_folderThatIsNotThere_refused() {
    assertThrows(FederationException.class, () -> ParityReport.cases(GOLDEN.resolve("none")));
  }

  @Test
  void print_goldenSet_oneLineForEachRow() {
    var bytes = new ByteArrayOutputStream();
    Path schedules = GOLDEN.resolve("schedules");
    int rows = ParityReport.rows(schedules).size();
    var row = ParityReport.rows(schedules).get(0);
    new PrintStream(bytes, true, StandardCharsets.UTF_8).println(row.markdown());
    assertTrue(bytes.toString(StandardCharsets.UTF_8).startsWith("| schedules | "));
    assertEquals(7, rows);
  }

  @Test
  void comparison_oneElementOutsideTheRule_isNotKept() {
    var comparison = new Comparison("case", "logits", 1e-6, 1e-3);
    comparison.add(1.0005, 1);
    assertTrue(comparison.row().ok());
    comparison.add(1.002, 1);
    assertFalse(comparison.row().ok());
    assertEquals(0.002, comparison.row().maxError(), 1e-12);
  }

  @Test
  void comparison_notANumberOrNothing_isNotKept() {
    assertFalse(new Comparison("case", "logits", 1, 1).row().ok());
    assertFalse(new Comparison("case", "logits", 1, 1).add(Double.NaN, 1).row().ok());
    double[] one = {1};
    assertFalse(
        new Comparison("case", "logits", 1, 1)
            .addAll(one, new double[] {1, 1}, Comparison.Allowance.NONE)
            .row()
            .ok());
  }
}
