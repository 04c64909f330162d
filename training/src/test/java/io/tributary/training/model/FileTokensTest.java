package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Examples;
import io.tributary.training.data.FileParts;
import io.tributary.training.data.Input;
import io.tributary.training.data.SourceSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model is given of examples that stay in their file is what it is given of others. */
class FileTokensTest {
  @TempDir Path folder;

  private DatasetSpec data(String columns) throws IOException {
    var random = new Random(3);
    var lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      String words = "warm sun rain night ".repeat(1 + random.nextInt(9)).strip();
      lines
          .append("{\"text\":\"" + i + " " + words + "\",\"more\":\"and " + words + "\"")
          .append(",\"label\":\"" + (i % 3 == 0 ? "yes" : "no") + "\",\"many\":[\"yes\",\"no\"]")
          .append(",\"words\":[\"ab" + i + "\",\"cd\"],\"tags\":[\"no\",\"yes\"]")
          .append(",\"n\":" + i / 7.0 + "}\n");
    }
    Path file = Files.writeString(folder.resolve("data.jsonl"), lines);
    return DatasetSpec.heldOut(
        SourceSpec.read(Settings.of("data", JsonReader.read(columns)), file));
  }

  private static Plan plan(String task, String more) {
    return Plan.parse(
        "{\"name\":\"small\",\"model\":{\"base\":\"small\",\"task\":\""
            + task
            + "\",\"max-tokens\":64"
            + more
            + "}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text-classification|,\"labels\":[\"no\",\"yes\"]|{}",
        "text-classification|,\"labels\":[\"no\",\"yes\"]|{\"pair\":\"more\"}",
        "text-classification|,\"labels\":[\"no\",\"yes\"],\"multi-label\":true|{\"label\":\"many\",\"target\":\"labels\"}",
        "text-regression||{\"label\":\"n\",\"target\":\"number\"}",
        "token-classification|,\"labels\":[\"no\",\"yes\"]|{\"tokens\":\"words\",\"label\":\"tags\"}",
        "causal-language-modelling||{\"target\":\"none\"}",
        "causal-language-modelling||{\"prompt\":\"text\",\"answer\":\"more\"}"
      })
  void encode_examplesInTheirFile_sameAsInMemory(String task, String labels, String columns)
      throws IOException {
    BaseModel base =
        task.startsWith("causal")
            ? SmallModels.llama(folder.resolve("base"))
            : SmallModels.bert(folder.resolve("base"));
    Plan plan = plan(task, labels == null ? "" : labels);
    DatasetSpec spec = data(columns);
    ExamplePart held = Examples.load(spec, plan.model().labels()).train();
    ExamplePart read = FileParts.inFile(spec, plan.model().labels());
    assertFalse(held.inFile());
    assertTrue(read.inFile());
    try (Encoder encoder = Encoder.open(base, plan)) {
      var wanted = (TokenInputs) encoder.encode(held);
      var found = (TokenInputs) encoder.encode(read);
      assertEquals(wanted.size(), found.size());
      for (int i : new Random(4).ints(200, 0, wanted.size()).toArray()) {
        assertEquals(wanted.length(i), found.length(i));
        assertArrayEquals(wanted.ids(i), found.ids(i));
        for (int k = 0; k < wanted.length(i); k++) {
          assertEquals(wanted.type(i, k), found.type(i, k));
        }
        assertTarget(wanted.targets(), found.targets(), i);
      }
      assertEquals(encoder.rows(List.of(wanted)).digest(), encoder.rows(List.of(found)).digest());
    }
  }

  private static void assertTarget(Targets wanted, Targets found, int example) {
    if (wanted instanceof Targets.TokenLabels labels) {
      assertArrayEquals(labels.labels(example), ((Targets.TokenLabels) found).labels(example));
    } else if (wanted instanceof Targets.Numbers numbers) {
      assertArrayEquals(numbers.all(), ((Targets.Numbers) found).all());
    } else {
      assertArrayEquals(((Targets.Labels) wanted).labels(), ((Targets.Labels) found).labels());
    }
  }

  @Test
  void encode_rowsInTheirFile_sameAsInMemory() throws IOException {
    BaseModel base = SmallModels.mlp(folder.resolve("base"));
    Plan plan = plan("tabular-classification", ",\"labels\":[\"no\",\"yes\"]");
    DatasetSpec spec =
        data(
            "{\"features\":[\"n\"],\"categories\":{\"more\":[\"and warm\"]},\"scales\":{\"n\":[1,2]}}");
    ExamplePart held = Examples.load(spec, plan.model().labels()).train();
    ExamplePart read = FileParts.inFile(spec, plan.model().labels());
    assertTrue(read.inFile());
    try (Encoder encoder = Encoder.open(base, plan)) {
      var wanted = (RowInputs) encoder.encode(held);
      var found = (RowInputs) encoder.encode(read);
      assertTrue(found.hasCategories());
      List<Input.Row> rows = IntStream.range(0, wanted.size()).mapToObj(wanted.row()).toList();
      for (int i = rows.size() - 1; i >= 0; i--) {
        assertEquals(rows.get(i), found.row().apply(i));
      }
    }
  }

  @Test
  void encode_nothingToLearnInTheFile_refused() throws IOException {
    BaseModel base = SmallModels.llama(folder.resolve("base"));
    Plan plan =
        Plan.parse(
            "{\"name\":\"small\",\"model\":{\"base\":\"small\",\"max-tokens\":2,"
                + "\"task\":\"causal-language-modelling\"}}");
    ExamplePart read =
        FileParts.inFile(data("{\"prompt\":\"text\",\"answer\":\"more\"}"), List.of());
    try (Encoder encoder = Encoder.open(base, plan)) {
      var refusal = assertThrows(FederationException.class, () -> encoder.encode(read));
      assertTrue(refusal.sentence().contains("max-tokens"), refusal.sentence());
    }
  }
}
