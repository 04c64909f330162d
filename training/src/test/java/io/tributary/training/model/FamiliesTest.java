package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.brought.BagOfWordsFamily;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FamiliesTest {
  @TempDir Path folder;

  private static ModelConfig config(String json) {
    return new ModelConfig("config.json", (JsonObject) JsonReader.read(json));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"what\":\"lora\",\"lora\":{\"rank\":2,\"dropout\":0.2}}"})
  void brought_byServiceEntry_isOpenedTrainedAndExported(String train) throws IOException {
    RandomBase.write(
        folder.resolve("base"),
        config("{\"model_type\":\"bag-of-words\",\"vocab_size\":30522,\"width\":6}").json(),
        new RandomStreams(8).stream(0, "", "test"));
    Files.copy(SmallModels.TOKENIZER, folder.resolve("base/tokenizer.json"));
    BaseModel base = BaseModel.open(folder.resolve("base"));
    assertEquals("bag-of-words", base.family());
    Plan plan = SmallModels.textPlan(train);
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero"));
    var texts = new TokenInputs(new int[][] {{7, 9, 4}, {8, 5}}, new int[0][], new int[] {1, 0});
    try (ModelValues values = ModelValues.open(base, plan, zero);
        LiveModel model =
            LiveModel.open(
                TorchRuntime.start(1),
                plan.train(),
                values,
                TokenRows.of(IntStream.range(0, 10)),
                true)) {
      Slopes.spread(model);
      Slopes.assertSlope(model, texts, new int[] {0, 1}, DropoutMasks.of(3, 1));
    }
    HuggingFaceExport.write(base, plan, zero, folder.resolve("export"), ExportForm.USUAL);
    assertEquals(List.of("no", "yes"), BaseModel.open(folder.resolve("export")).labels());
  }

  @Test
  void index_twoFamiliesOfOneWord_refused() {
    var e =
        assertThrows(
            FederationException.class,
            () -> Families.index(List.of(new BagOfWordsFamily(), new BagOfWordsFamily())));
    assertEquals(ErrorKind.INVALID_CONFIG, e.kind());
    assertTrue(e.sentence().contains("bag-of-words"), e.sentence());
  }

  @Test
  void architecture_taskOfAnotherFamily_refused() {
    var e =
        assertThrows(
            FederationException.class,
            () ->
                Families.architecture(
                    config("{\"model_type\":\"mlp\",\"in_features\":4,\"hidden\":[8]}"),
                    Head.of(Task.TEXT_CLASSIFICATION, 2)));
    assertEquals(ErrorKind.INVALID_CONFIG, e.kind());
    assertTrue(e.sentence().contains("tabular-classification"), e.sentence());
  }

  @Test
  void of_unknownWord_refusedWithTheKnownOnes() {
    var e =
        assertThrows(
            FederationException.class, () -> Families.of(config("{\"model_type\":\"t5\"}")));
    assertTrue(
        e.sentence()
            .contains(
                "bert, distilbert, gpt2, lenet, llama, mlp, qwen2, resnet, roberta, torchscript, vit"),
        e.sentence());
  }

  @Test
  void tasks_ofEachFamily_haveAnArchitecture() throws IOException {
    for (String word : List.of("bert", "roberta", "distilbert")) {
      BaseModel base = SmallModels.relative(word, folder.resolve(word));
      for (Task task : base.tasks()) {
        Architecture architecture = base.architecture(Head.of(task, 3));
        assertEquals(word, architecture.family());
        assertTrue(
            architecture.byName().keySet().containsAll(architecture.outputParameters()), word);
      }
    }
    assertEquals(22, SmallModels.relative("roberta", folder.resolve("r")).longestText());
    assertEquals(
        Set.of("score.weight"),
        SmallModels.gpt2(folder.resolve("g"), true)
            .architecture(Head.of(Task.TEXT_CLASSIFICATION, 3))
            .outputParameters());
  }
}
