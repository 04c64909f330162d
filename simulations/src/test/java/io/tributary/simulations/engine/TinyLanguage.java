package io.tributary.simulations.engine;

import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.RandomBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A language model of two layers, and questions about where things are. */
final class TinyLanguage implements Material {
  private static final Path TOKENIZER = Path.of("../training/src/test/resources/language");
  private static final List<String> THINGS =
      List.of("river", "boat", "harbour", "captain", "storm", "lamp", "garden", "letter");

  @Override
  public void writeBase(Path folder) throws IOException {
    String config =
        "{\"model_type\":\"llama\",\"architectures\":[\"LlamaForCausalLM\"],\"vocab_size\":400,"
            + "\"hidden_size\":32,\"num_hidden_layers\":2,\"num_attention_heads\":4,"
            + "\"num_key_value_heads\":2,\"intermediate_size\":48,"
            + "\"max_position_embeddings\":128}";
    RandomBase.write(
        folder, (JsonObject) JsonReader.read(config), new RandomStreams(8).stream(0, "", "test"));
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(TOKENIZER.resolve(name), folder.resolve(name));
    }
  }

  @Override
  public JsonObject heldOut(Path folder) throws IOException {
    return source(
        "\"prompt\":\"ask\",\"answer\":\"say\"", "selection", lines(folder, "held-out", 1));
  }

  @Override
  public JsonObject train(Path folder, String node) throws IOException {
    int shift = node.charAt(node.length() - 1) % 2;
    return source("\"prompt\":\"ask\",\"answer\":\"say\"", "path", lines(folder, node, shift));
  }

  static JsonObject source(String columns, String key, Path file) {
    return (JsonObject)
        JsonReader.read("{\"source\":\"jsonl\"," + columns + ",\"" + key + "\":\"" + file + "\"}");
  }

  static Path lines(Path folder, String name, int shift) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String thing = THINGS.get((i + shift) % THINGS.size());
      lines.add(
          "{\"ask\":\"Where is the "
              + thing
              + "?\",\"say\":\"The "
              + thing
              + " is near the "
              + THINGS.get((i + shift + 3) % THINGS.size())
              + ".\"}");
    }
    return Files.write(folder.resolve(name + ".jsonl"), lines);
  }
}
