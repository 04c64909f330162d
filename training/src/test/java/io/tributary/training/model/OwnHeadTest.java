package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnHeadTest {
  @TempDir Path folder;

  /** A small BERT whose configuration says more. */
  private BaseModel bert(String more) throws IOException {
    Path base = folder.resolve("base");
    SmallModels.bert(base);
    return with(base, more);
  }

  private static BaseModel with(Path base, String more) throws IOException {
    Path config = base.resolve("config.json");
    String text = Files.readString(config).strip();
    Files.writeString(config, text.substring(0, text.length() - 1) + more + "}");
    return BaseModel.open(base);
  }

  private static String labels(int count) {
    StringBuilder map = new StringBuilder();
    for (int i = 0; i < count; i++) {
      map.append(i == 0 ? "" : ",").append("\"").append(i).append("\":\"l").append(i).append("\"");
    }
    return ",\"id2label\":{" + map + "}";
  }

  @ParameterizedTest
  @CsvSource({
    "BertForSequenceClassification, single_label_classification, 3, text-classification, false",
    "BertForSequenceClassification, , 3, text-classification, false",
    "BertForSequenceClassification, multi_label_classification, 1, text-classification, true",
    "BertForSequenceClassification, regression, 1, text-regression, false",
    "BertForSequenceClassification, , 1, text-regression, false",
    "BertForTokenClassification, , 3, token-classification, false",
  })
  void of_classAndProblem_asTransformersTakesThem(
      String name, String problem, int count, String task, boolean several) throws IOException {
    String word = problem == null ? "null" : "\"" + problem + "\"";
    OwnHead head =
        OwnHead.of(
            bert(",\"architectures\":[\"" + name + "\"],\"problem_type\":" + word + labels(count)));
    assertEquals(task, head.task().token());
    assertEquals(several, head.multiLabel());
    assertEquals(count, head.labels().size());
    assertTrue(head.answers());
  }

  @Test
  void of_labelsThatNobodyNamed_areThoseOfTransformers() throws IOException {
    OwnHead head = OwnHead.of(bert(",\"architectures\":[\"BertForSequenceClassification\"]"));
    assertEquals(List.of("LABEL_0", "LABEL_1"), head.labels());
  }

  @Test
  void of_bodyAlone_answersNothing() throws IOException {
    assertFalse(OwnHead.of(bert(",\"architectures\":[\"BertModel\"]")).answers());
  }

  @Test
  void check_headThatTheWeightsLack_isRefused() throws IOException {
    BaseModel body = bert(",\"architectures\":[\"BertForSequenceClassification\"]" + labels(2));
    String sentence =
        assertThrows(FederationException.class, () -> OwnHead.of(body).check(body)).sentence();
    assertTrue(sentence.contains("missing (expected: the trained head"), sentence);
    assertEquals(1, sentence.lines().count());
  }

  /** What an export writes is what it is read as, in forms of our own too. */
  @ParameterizedTest
  @CsvSource({
    "bert, text-classification, false, 2",
    "bert, text-classification, true, 2",
    "bert, text-regression, false, 1",
    "bert, token-classification, false, 2",
    "mlp, tabular-classification, false, 2",
    "mlp, tabular-classification, true, 2",
    "mlp, tabular-regression, false, 1",
  })
  void of_exported_theSameTask(String family, String task, boolean several, int count)
      throws IOException {
    Path base = folder.resolve("start");
    BaseModel start = family.equals("mlp") ? SmallModels.mlp(base) : SmallModels.bert(base);
    String labels = count == 1 ? "[\"price\"]" : "[\"no\",\"yes\"]";
    Plan plan =
        Plan.parse(
            "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"task\":\""
                + task
                + "\",\"multi-label\":"
                + several
                + ",\"labels\":"
                + labels
                + "}}");
    Path zero = SmallModels.checkpoint(start, plan, folder.resolve("zero"));
    HuggingFaceExport.write(start, plan, zero, folder.resolve("out"), ExportForm.USUAL);
    BaseModel out = BaseModel.open(folder.resolve("out"));
    OwnHead head = OwnHead.of(out);
    assertEquals(new OwnHead(plan.model().task(), plan.model().labels(), several), head);
    head.check(out);
  }
}
