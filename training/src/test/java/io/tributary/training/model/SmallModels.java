package io.tributary.training.model;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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

  /** A BERT, RoBERTa or DistilBERT of two layers with MiniLM's vocabulary, dropout as usual. */
  public static BaseModel relative(String family, Path folder) throws IOException {
    boolean distil = family.equals("distilbert");
    RandomBase.write(
        folder,
        JsonValue.object()
            .put("model_type", family)
            .put("vocab_size", 30_522)
            .put(distil ? "dim" : "hidden_size", 16)
            .put(distil ? "n_layers" : "num_hidden_layers", 2)
            .put(distil ? "n_heads" : "num_attention_heads", 4)
            .put(distil ? "hidden_dim" : "intermediate_size", 32)
            .put("max_position_embeddings", 24)
            .put(distil ? "activation" : "hidden_act", "gelu_new")
            .build(),
        new RandomStreams(3).stream(0, "", "test"));
    return BaseModel.open(folder);
  }

  /** A GPT-2 of two layers with 60 tokens. */
  public static BaseModel gpt2(Path folder, boolean tied) throws IOException {
    RandomBase.write(
        folder,
        JsonValue.object()
            .put("model_type", "gpt2")
            .put("vocab_size", 60)
            .put("n_embd", 16)
            .put("n_layer", 2)
            .put("n_head", 4)
            .put("n_positions", 24)
            .put("pad_token_id", 0)
            .put("tie_word_embeddings", tied)
            .build(),
        new RandomStreams(6).stream(0, "", "test"));
    return BaseModel.open(folder);
  }

  /** A Llama of two layers with a small tokenizer of byte pairs and a template for dialogues. */
  public static BaseModel llama(Path folder) throws IOException {
    return language(
        folder,
        "{\"model_type\":\"llama\",\"vocab_size\":400,\"hidden_size\":16,"
            + "\"num_hidden_layers\":2,\"num_attention_heads\":4,\"num_key_value_heads\":2,"
            + "\"intermediate_size\":24,\"max_position_embeddings\":128}");
  }

  /** A language model of another shape, with the same tokenizer. */
  public static BaseModel language(Path folder, String config) throws IOException {
    RandomBase.write(
        folder, (JsonObject) JsonReader.read(config), new RandomStreams(8).stream(0, "", "test"));
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(Path.of("src/test/resources/language", name), folder.resolve(name));
    }
    return BaseModel.open(folder);
  }

  /**
   * A model live with a head of zeros.
   *
   * @param train the JSON of a plan's train section
   */
  public static LiveModel live(BaseModel base, Head head, String train, TokenRows rows)
      throws IOException {
    try (ModelValues values = ModelValues.withoutHead(base, head)) {
      return LiveModel.open(TorchRuntime.start(1), textPlan(train).train(), values, rows, true);
    }
  }

  /** The texts with targets as a head wants them: small numbers that follow from the tokens. */
  public static TokenInputs asked(TokenInputs texts, Head head) {
    int[][] ids = ids(texts);
    Targets targets =
        switch (head.task().output()) {
          case LABEL ->
              new Targets.Labels(IntStream.range(0, ids.length).map(i -> i % 2).toArray());
          case NUMBERS ->
              new Targets.Numbers(
                  Arrays.stream(ids)
                      .map(text -> new float[] {text.length, -text[text.length - 1] % 3})
                      .toArray(float[][]::new));
          case LABEL_PER_TOKEN ->
              new Targets.TokenLabels(
                  Arrays.stream(ids)
                      .map(t -> IntStream.of(t).map(id -> id % 4 == 3 ? -100 : id % 4).toArray())
                      .toArray(int[][]::new));
          case NEXT_TOKEN -> new Targets.TokenLabels(ids);
        };
    return new TokenInputs(texts.source(), targets);
  }

  /** The tokens of all texts. */
  public static int[][] ids(TokenInputs texts) {
    return IntStream.range(0, texts.size()).mapToObj(texts::ids).toArray(int[][]::new);
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
