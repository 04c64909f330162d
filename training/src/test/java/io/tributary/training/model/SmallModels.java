package io.tributary.training.model;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Small base models and plans for tests. */
public final class SmallModels {
  /** The tokenizer of all-MiniLM-L6-v2. */
  public static final Path TOKENIZER =
      Path.of("src/test/resources/golden/tokenizer/tokenizer.json");

  private SmallModels() {}

  /** A BERT of two layers with MiniLM's vocabulary and tokenizer, dropout 0.1. */
  public static BaseModel bert(Path folder) throws IOException {
    JsonObject config =
        JsonValue.object()
            .put("model_type", "bert")
            .put("vocab_size", 30_522)
            .put("hidden_size", 16)
            .put("num_hidden_layers", 2)
            .put("num_attention_heads", 4)
            .put("intermediate_size", 32)
            .put("max_position_embeddings", 24)
            .build();
    RandomBase.write(folder, config, new RandomStreams(3).stream(0, "", "test"));
    Files.copy(TOKENIZER, folder.resolve("tokenizer.json"));
    return BaseModel.open(folder);
  }

  /** A perceptron with 4 inputs and two hidden layers. */
  public static BaseModel mlp(Path folder) throws IOException {
    JsonObject config =
        (JsonObject)
            JsonReader.read(
                "{\"model_type\":\"mlp\",\"in_features\":4,\"hidden\":[8,6],\"out_features\":2}");
    RandomBase.write(folder, config, new RandomStreams(4).stream(0, "", "test"));
    return BaseModel.open(folder);
  }

  /** A plan for labels yes and no; {@code train} is the JSON of its train section. */
  public static Plan plan(String task, String train) {
    return Plan.parse(
        "{\"name\":\"small\",\"seed\":5,\"model\":{\"base\":\"small\",\"task\":\""
            + task
            + "\",\"labels\":[\"no\",\"yes\"],\"max-tokens\":16},\"train\":"
            + train
            + "}");
  }

  public static Plan textPlan(String train) {
    return plan("text-classification", train);
  }

  /** Writes the first checkpoint of a plan. */
  public static Path checkpoint(BaseModel base, Plan plan, Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      CheckpointZero.write(base, plan, ByteSink.of(channel));
    }
    return file;
  }
}
