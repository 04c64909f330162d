package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.training.chat.ChatCases;
import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Input;
import io.tributary.training.data.OtherExample;
import io.tributary.training.data.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageTextsTest {
  private static final JsonObject GOLDEN = ChatCases.read("answers.json");
  private static final int END = 2;

  @TempDir Path folder;
  private BaseModel base;

  @BeforeEach
  void write() throws IOException {
    base = SmallModels.llama(folder.resolve("base"));
  }

  private TokenInputs encode(String more, Input... inputs) {
    Plan plan =
        Plan.parse(
            "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"task\":\"causal-language-modelling\""
                + more
                + "},\"evaluation\":{\"choose\":{\"metric\":\"loss\",\"direction\":\"minimize\"}}}");
    List<Example> examples =
        Arrays.stream(inputs)
            .<Example>map(input -> new OtherExample(input, new Target.Within()))
            .toList();
    try (Encoder encoder = Encoder.open(base, plan)) {
      return (TokenInputs) encoder.encode(new ExamplePart(examples));
    }
  }

  private static int[][] labels(TokenInputs inputs) {
    var labels = (Targets.TokenLabels) inputs.targets();
    return IntStream.range(0, inputs.size()).mapToObj(labels::labels).toArray(int[][]::new);
  }

  @Test
  void encode_dialogues_learnsWhatTransformersMarksAsTheAssistants() throws IOException {
    Files.writeString(
        base.folder().resolve("chat_template.jinja"), ChatCases.text(GOLDEN, "template"));
    for (JsonObject golden : ChatCases.items(GOLDEN, "cases")) {
      TokenInputs inputs = encode("", new Input.Dialogue(ChatCases.turns(golden)));
      int[] ids = ChatCases.integers(golden, "ids");
      int[] mask = ChatCases.integers(golden, "mask");
      assertArrayEquals(ids, inputs.ids(0));
      int[] expected =
          IntStream.range(0, ids.length)
              .map(i -> mask[i] == 1 ? ids[i] : Targets.IGNORED)
              .toArray();
      assertArrayEquals(expected, labels(inputs)[0], ChatCases.text(golden, "dialogue"));
    }
  }

  @Test
  void encode_texts_allLearnedAndEnded() {
    for (JsonObject golden : ChatCases.items(GOLDEN, "texts")) {
      int[] ids = ChatCases.integers(golden, "ids");
      TokenInputs inputs = encode("", new Input.Text(ChatCases.text(golden, "text")), some());
      int[] expected = Arrays.copyOf(ids, ids.length + 1);
      expected[ids.length] = END;
      assertArrayEquals(expected, inputs.ids(0));
      assertArrayEquals(expected, labels(inputs)[0]);
    }
  }

  private static Input some() {
    return new Input.Text("The river carries the boat.");
  }

  @Test
  void encode_longTexts_cutAtThePlansLength() {
    TokenInputs inputs = encode(",\"max-tokens\":4", some());
    assertEquals(4, inputs.ids(0).length);
    assertEquals(4, labels(inputs)[0].length);
  }

  @Test
  void encode_blocks_keepEveryTokenInOrder() {
    TokenInputs each = encode("", some(), new Input.Text("Größe 🙂"), some());
    TokenInputs blocks =
        encode(
            ",\"max-tokens\":5,\"packing\":\"blocks\"", some(), new Input.Text("Größe 🙂"), some());
    assertArrayEquals(each.tokens().toArray(), blocks.tokens().toArray());
    assertTrue(IntStream.range(0, blocks.size() - 1).allMatch(i -> blocks.length(i) == 5));
  }

  @Test
  void encode_answersBeyondTheLength_refused() {
    var dialogue = new Input.Dialogue(ChatCases.turns(ChatCases.items(GOLDEN, "cases").get(0)));
    var e = assertThrows(FederationException.class, () -> encode(",\"max-tokens\":6", dialogue));
    assertTrue(e.sentence().contains("none has a token to learn within 6 tokens"), e.sentence());
  }

  @Test
  void encode_dialoguesIntoBlocks_orTextsWithLabels_refused() {
    var dialogue = new Input.Dialogue(ChatCases.turns(ChatCases.items(GOLDEN, "cases").get(0)));
    assertThrows(FederationException.class, () -> encode(",\"packing\":\"blocks\"", dialogue));
    assertThrows(FederationException.class, () -> encode("", new Input.Pair("one", "two")));
  }

  @Test
  void plainTemplate_modelWithoutOne_answerAndItsEndLearned() throws IOException {
    Files.writeString(
        base.folder().resolve("tokenizer_config.json"), "{\"eos_token\":\"<|im_end|>\"}");
    var dialogue = new Input.Dialogue(ChatCases.turns(ChatCases.items(GOLDEN, "cases").get(0)));
    TokenInputs inputs = encode("", dialogue);
    int[] learned = Arrays.stream(labels(inputs)[0]).filter(label -> label >= 0).toArray();
    try (TextTokenizer tokenizer = TextTokenizer.openUncut(base.folder())) {
      assertEquals(" The boat carries it.", tokenizer.decode(learned));
    }
    assertEquals(END, learned[learned.length - 1]);
  }

  @Test
  void export_languageModel_continuesTextsAndKeepsItsTemplate() throws IOException {
    Files.writeString(base.folder().resolve("chat_template.jinja"), "{{ messages | length }}");
    Plan plan =
        Plan.parse(
            "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"task\":\"causal-language-modelling\"},"
                + "\"evaluation\":{\"choose\":{\"metric\":\"loss\",\"direction\":\"minimize\"}}}");
    Path trained = SmallModels.checkpoint(base, plan, folder.resolve("trained.safetensors"));
    HuggingFaceExport.write(base, plan, trained, folder.resolve("export"), ExportForm.USUAL);
    BaseModel exported = BaseModel.open(folder.resolve("export"));
    assertTrue(exported.continuesTexts());
    assertEquals(base.layout(), exported.layout());
    assertTrue(Files.exists(folder.resolve("export/chat_template.jinja")));
  }
}
