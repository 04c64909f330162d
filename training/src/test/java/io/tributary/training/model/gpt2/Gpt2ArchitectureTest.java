package io.tributary.training.model.gpt2;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
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

class Gpt2ArchitectureTest {
  private static final String SMALL =
      "{\"model_type\":\"gpt2\",\"vocab_size\":60,\"n_embd\":16,\"n_layer\":2,\"n_head\":4,"
          + "\"n_positions\":24}";

  private static Gpt2Architecture of(String json, Task task) {
    var config = new ModelConfig("config.json", (JsonObject) JsonReader.read(json));
    return Gpt2Architecture.of(config, Head.of(task, 3));
  }

  private static String with(String key, String value) {
    return SMALL.replace("\"model_type\"", "\"" + key + "\":" + value + ",\"model_type\"");
  }

  @ParameterizedTest
  @CsvSource({
    "n_head, 4, 3",
    "n_layer, 2, 0",
    "n_embd, 16, 0",
  })
  void of_sizesThatDoNotFit_refused(String key, String was, String is) {
    String json = SMALL.replace("\"" + key + "\":" + was, "\"" + key + "\":" + is);
    var e = assertThrows(FederationException.class, () -> of(json, Task.CAUSAL_LANGUAGE_MODELLING));
    assertTrue(e.sentence().startsWith("config.json: n_"), e.sentence());
  }

  @ParameterizedTest
  @CsvSource({
    "add_cross_attention, true",
    "activation_function, '\"mish\"'",
    "scale_attn_weights, 1"
  })
  void of_whatIsNotComputed_refused(String key, String value) {
    var e =
        assertThrows(
            FederationException.class, () -> of(with(key, value), Task.CAUSAL_LANGUAGE_MODELLING));
    assertTrue(e.sentence().contains(key), e.sentence());
  }

  @Test
  void slots_byTask_haveTheHeadThatItNeeds() {
    Gpt2Architecture tied = of(SMALL, Task.CAUSAL_LANGUAGE_MODELLING);
    assertEquals(Optional.empty(), tied.tokenTable());
    assertEquals(Set.of("transformer.wte.weight"), tied.shared());
    assertEquals(28, tied.parameters().size());
    Gpt2Architecture own = of(with("tie_word_embeddings", "false"), Task.CAUSAL_LANGUAGE_MODELLING);
    assertTrue(own.byName().containsKey("lm_head.weight"));
    assertEquals(Set.of(), own.shared());
    Gpt2Architecture labels = of(SMALL, Task.TEXT_CLASSIFICATION);
    assertEquals(Optional.of("transformer.wte.weight"), labels.tokenTable());
    assertEquals(List.of(3L, 16L), requireNonNull(labels.byName().get("score.weight")).shape());
    assertEquals(List.of("h.0.ln_1.bias"), labels.aliases("transformer.h.0.ln_1.bias"));
    assertEquals(List.of(), labels.aliases("score.weight"));
  }

  @Test
  void exportedConfig_namesTheClassThatLoadsIt() {
    var base = (JsonObject) JsonReader.read(SMALL);
    var language = of(SMALL, Task.CAUSAL_LANGUAGE_MODELLING).exportedConfig(base);
    assertEquals(
        "[\"GPT2LMHeadModel\"]", requireNonNull(language.get("architectures")).canonical());
    var numbers = of(SMALL, Task.TEXT_REGRESSION).exportedConfig(base);
    assertEquals("\"regression\"", requireNonNull(numbers.get("problem_type")).canonical());
  }
}
