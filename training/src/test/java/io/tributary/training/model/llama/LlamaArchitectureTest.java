package io.tributary.training.model.llama;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.training.model.Head;
import io.tributary.training.model.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlamaArchitectureTest {
  private static final String SIZES =
      "\"vocab_size\":60,\"hidden_size\":16,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
          + "\"num_key_value_heads\":2,\"intermediate_size\":24,\"max_position_embeddings\":32";
  private static final String LLAMA = "{\"model_type\":\"llama\"," + SIZES + "}";
  private static final String QWEN2 = "{\"model_type\":\"qwen2\"," + SIZES + "}";

  private static LlamaArchitecture of(String json, Task task) {
    var config = new ModelConfig("config.json", (JsonObject) JsonReader.read(json));
    return LlamaArchitecture.of(config, Head.of(task, 3));
  }

  private static LlamaArchitecture of(String json) {
    return of(json, Task.CAUSAL_LANGUAGE_MODELLING);
  }

  private static String with(String json, String more) {
    return json.substring(0, json.length() - 1) + "," + more + "}";
  }

  private static void assertRefused(String json, String part) {
    var e = assertThrows(FederationException.class, () -> of(json));
    assertTrue(e.sentence().contains(part), e.sentence());
    assertFalse(e.sentence().contains("\n"), e.sentence());
  }

  @ParameterizedTest
  @CsvSource({
    "num_key_value_heads, 2, 3",
    "num_key_value_heads, 2, 0",
    "num_attention_heads, 4, 0",
    "num_attention_heads, 4, 5",
    "num_hidden_layers, 2, 0",
    "hidden_size, 16, 12",
    "intermediate_size, 24, 0",
    "vocab_size, 60, 0",
  })
  void of_sizesThatDoNotFit_refused(String key, String was, String is) {
    assertRefused(
        LLAMA.replace("\"" + key + "\":" + was, "\"" + key + "\":" + is), "config.json: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"head_dim\":5",
        "\"head_dim\":0",
        "\"hidden_act\":\"mish\"",
        "\"rope_scaling\":{\"rope_type\":\"yarn\",\"factor\":0}",
        "\"rope_scaling\":{\"rope_type\":\"yarn\",\"factor\":4,\"beta_fast\":0.001,\"beta_slow\":99}",
        "\"rope_scaling\":{\"rope_type\":\"yarn\",\"factor\":4,\"attention_factor\":-1}",
        "\"rope_parameters\":{\"rope_type\":\"longrope\"}",
        "\"rope_scaling\":{\"type\":\"linear\"}",
        "\"rope_scaling\":{\"type\":\"linear\",\"factor\":0}",
        "\"rope_scaling\":3",
        "\"rope_theta\":0",
        "\"rope_parameters\":{\"partial_rotary_factor\":0.5}",
        "\"partial_rotary_factor\":0.5",
        "\"rope_scaling\":{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":4,"
            + "\"high_freq_factor\":4}",
      })
  void of_whatIsNotComputed_refused(String entry) {
    assertRefused(with(LLAMA, entry), "config.json: ");
  }

  @Test
  void of_ropeTypeUnknown_namesTheTypesThatAre() {
    assertRefused(
        with(LLAMA, "\"rope_scaling\":{\"rope_type\":\"longrope\",\"factor\":4}"),
        "rope_scaling: rope_type: longrope (expected: default, linear, dynamic, llama3 or yarn)");
  }

  @Test
  void rope_bothLayoutsOfTransformers_readAlike() {
    String numbers =
        "\"factor\":8.0,\"low_freq_factor\":1.0,\"high_freq_factor\":4.0,"
            + "\"original_max_position_embeddings\":64,\"rope_type\":\"llama3\"";
    LlamaArchitecture five =
        of(with(LLAMA, "\"rope_parameters\":{\"rope_theta\":500.0," + numbers + "}"));
    LlamaArchitecture four =
        of(with(LLAMA, "\"rope_theta\":500.0,\"rope_scaling\":{" + numbers + "}"));
    assertEquals(new Rope(500, Rope.Kind.LLAMA3, 8, 1, 4, 64, 1), five.rope());
    assertEquals(five.rope(), four.rope());
    assertEquals(
        new Rope(10_000, Rope.Kind.LINEAR, 2, 1, 1, 1, 1),
        of(with(LLAMA, "\"rope_scaling\":{\"type\":\"linear\",\"factor\":2}")).rope());
    assertEquals(new Rope(10_000, Rope.Kind.DEFAULT, 1, 1, 1, 1, 1), of(LLAMA).rope());
    assertEquals(
        of(LLAMA).rope(),
        of(with(LLAMA, "\"rope_scaling\":{\"type\":\"dynamic\",\"factor\":4}")).rope());
  }

  @Test
  void rope_bothSectionsInOneFile_theOlderCountsUnlessItIsEmpty() {
    String both = "\"rope_theta\":700,\"rope_parameters\":{\"rope_theta\":300},\"rope_scaling\":";
    assertEquals(
        new Rope(700, Rope.Kind.LINEAR, 4, 1, 1, 1, 1),
        of(with(LLAMA, both + "{\"type\":\"linear\",\"factor\":4}")).rope());
    assertEquals(300, of(with(LLAMA, both + "{}")).rope().theta());
    assertEquals(300, of(with(LLAMA, both + "null")).rope().theta());
  }

  @Test
  void slots_biases_asEachTypeHasThem() {
    assertEquals(21, of(LLAMA).parameters().size());
    assertTrue(of(QWEN2).byName().containsKey("model.layers.1.self_attn.k_proj.bias"));
    assertFalse(of(QWEN2).byName().containsKey("model.layers.1.self_attn.o_proj.bias"));
    var biased = of(with(LLAMA, "\"attention_bias\":true,\"mlp_bias\":true")).byName();
    assertTrue(biased.containsKey("model.layers.0.self_attn.o_proj.bias"));
    assertTrue(biased.containsKey("model.layers.0.mlp.up_proj.bias"));
    assertFalse(requireNonNull(biased.get("model.layers.0.mlp.up_proj.bias")).decays());
  }

  @Test
  void slots_headDimOfItsOwn_projectionsFollowIt() {
    var parameters = of(with(LLAMA, "\"head_dim\":6")).byName();
    assertEquals(
        List.of(24L, 16L),
        requireNonNull(parameters.get("model.layers.0.self_attn.q_proj.weight")).shape());
    assertEquals(
        List.of(12L, 16L),
        requireNonNull(parameters.get("model.layers.0.self_attn.v_proj.weight")).shape());
    assertEquals(
        List.of(16L, 24L),
        requireNonNull(parameters.get("model.layers.0.self_attn.o_proj.weight")).shape());
  }

  @Test
  void head_byTaskAndTying_tableHeldWhereItIsLookedUpAlone() {
    LlamaArchitecture own = of(LLAMA);
    assertEquals(Optional.of("model.embed_tokens.weight"), own.tokenTable());
    assertTrue(own.byName().containsKey("lm_head.weight"));
    LlamaArchitecture tied = of(with(LLAMA, "\"tie_word_embeddings\":true"));
    assertEquals(Optional.empty(), tied.tokenTable());
    assertEquals(Set.of("model.embed_tokens.weight"), tied.shared());
    LlamaArchitecture labels =
        of(with(LLAMA, "\"tie_word_embeddings\":true"), Task.TEXT_CLASSIFICATION);
    assertEquals(Optional.of("model.embed_tokens.weight"), labels.tokenTable());
    assertEquals(List.of(3L, 16L), requireNonNull(labels.byName().get("score.weight")).shape());
    assertEquals(List.of("norm.weight"), labels.aliases("model.norm.weight"));
    assertEquals(List.of(), labels.aliases("score.weight"));
    assertEquals(List.of("embed_tokens.weight"), of(LLAMA).aliases("model.embed_tokens.weight"));
  }

  @Test
  void padding_minusOneOrBeyondTheVocabulary_isNone() {
    assertEquals(-1, of(with(LLAMA, "\"pad_token_id\":-1")).padding());
    assertEquals(-1, of(with(LLAMA, "\"pad_token_id\":60")).padding());
    assertEquals(-1, of(with(LLAMA, "\"pad_token_id\":null")).padding());
    assertEquals(59, of(with(LLAMA, "\"pad_token_id\":59")).pad());
  }

  @Test
  void window_qwen2_byNumberOfFullLayersOrByTypes() {
    String use = "\"use_sliding_window\":true,\"sliding_window\":8,";
    assertEquals(
        List.of(false, true), of(with(QWEN2, use + "\"max_window_layers\":1")).shape().windowed());
    LlamaShape typed =
        of(with(QWEN2, use + "\"layer_types\":[\"sliding_attention\",\"full_attention\"]")).shape();
    assertEquals(List.of(true, false), typed.windowed());
    assertEquals(8, typed.window());
    assertEquals(0, of(with(QWEN2, "\"sliding_window\":8")).shape().window());
    assertEquals(0, of(with(QWEN2, use + "\"max_window_layers\":2")).shape().window());
    assertRefused(with(QWEN2, use + "\"layer_types\":[\"full_attention\"]"), "layer_types: 1");
    assertRefused(with(QWEN2, use + "\"layer_types\":[\"chunked\",\"x\"]"), "layer_types: chunked");
    assertRefused(
        with(QWEN2, "\"use_sliding_window\":true,\"sliding_window\":0,\"max_window_layers\":0"),
        "sliding_window: 0");
  }

  @Test
  void exportedConfig_namesTheClassThatLoadsIt() {
    for (String type : List.of("llama", "qwen2")) {
      String json = type.equals("llama") ? LLAMA : QWEN2;
      var base = (JsonObject) JsonReader.read(json);
      String word = type.equals("llama") ? "Llama" : "Qwen2";
      assertEquals(
          "[\"" + word + "ForCausalLM\"]",
          requireNonNull(of(json).exportedConfig(base).get("architectures")).canonical());
      var labels = of(json, Task.TEXT_CLASSIFICATION).exportedConfig(base);
      assertEquals(
          "[\"" + word + "ForSequenceClassification\"]",
          requireNonNull(labels.get("architectures")).canonical());
    }
  }
}
