package io.tributary.training.finetune;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.LossPlan;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.federation.plan.Precision;
import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.federation.plan.TrainedPart;
import io.tributary.training.model.Head;
import io.tributary.training.model.ImageInputs;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.Targets;
import io.tributary.training.model.TokenInputs;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The cases of {@code bench train}; the one list of them. */
public final class TrainCases {
  private static final int LABELS = 26;
  private static final int PICTURE_LABELS = 10;
  private static final int MINILM_BATCH = 16;
  private static final int GPT2_BATCH = 8;
  private static final int GPT2_LENGTH = 64;
  private static final int GPT2_VOCABULARY = 8_192;

  private static final List<TrainCase> ALL =
      List.of(
          minilm(32),
          mixed(minilm(32)),
          minilm(128),
          mixed(minilm(128)),
          gpt2(),
          lenet(),
          resnet(18, 16, 64, "basic", numbers(2, 2, 2, 2), 1),
          resnet(18, 32, 32, "basic", numbers(2, 2, 2, 2), 1),
          resnet(50, 8, 64, "bottleneck", numbers(3, 4, 6, 3), 4));

  private TrainCases() {}

  public static List<TrainCase> all() {
    return ALL;
  }

  public static TrainCase named(String name) {
    return ALL.stream()
        .filter(known -> known.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                FederationException.of(
                    ErrorKind.INVALID_CONFIG,
                    "case",
                    name,
                    String.join(", ", ALL.stream().map(TrainCase::name).toList()),
                    "Choose one."));
  }

  /** MiniLM-L6's shape, 16 texts, 26 labels, dropout 0.1. */
  private static TrainCase minilm(int length) {
    return new TrainCase(
        "minilm-b16-s" + length,
        minilmConfig(),
        Head.of(Task.TEXT_CLASSIFICATION, LABELS),
        adamW(MINILM_BATCH, 5e-5),
        random -> texts(random, length));
  }

  /** The same with products of matrices in bfloat16. */
  private static TrainCase mixed(TrainCase plain) {
    return new TrainCase(
        plain.name() + "-bf16",
        plain.config(),
        plain.head(),
        plain.plan().withPrecision(Precision.BF16),
        plain.inputs());
  }

  private static Inputs texts(RandomGenerator random, int length) {
    int[][] ids = new int[MINILM_BATCH][];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.ints(length, 1_000, 30_000).toArray();
    }
    return new TokenInputs(ids, new int[0][], random.ints(ids.length, 0, LABELS).toArray());
  }

  /** GPT-2's shape with 4 layers of 256 numbers, 8 texts of 64 tokens, dropout 0.1. */
  private static TrainCase gpt2() {
    return new TrainCase(
        "gpt4x256-b8-s64",
        JsonValue.object()
            .put("model_type", "gpt2")
            .put("vocab_size", GPT2_VOCABULARY)
            .put("n_positions", 256)
            .put("n_embd", 256)
            .put("n_layer", 4)
            .put("n_head", 4)
            .put("tie_word_embeddings", true)
            .build(),
        Head.of(Task.CAUSAL_LANGUAGE_MODELLING, 0),
        adamW(GPT2_BATCH, 3e-4),
        TrainCases::language);
  }

  private static Inputs language(RandomGenerator random) {
    int[][] ids = new int[GPT2_BATCH][];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = random.ints(GPT2_LENGTH, 0, GPT2_VOCABULARY).toArray();
    }
    return new TokenInputs(ids, new int[0][], new Targets.TokenLabels(ids));
  }

  /** LeNet on 64 pictures of 28 x 28, 10 labels, SGD with momentum. */
  private static TrainCase lenet() {
    return pictures(
        "lenet-b64",
        JsonValue.object()
            .put("model_type", "lenet")
            .put("num_channels", 1)
            .put("image_size", 28)
            .build(),
        64,
        1,
        28);
  }

  /** ResNet of a depth on square pictures in colour, 10 labels, SGD with momentum. */
  private static TrainCase resnet(
      int depth, int count, int side, String type, JsonArray depths, int wider) {
    return pictures(
        "resnet" + depth + "-b" + count + "-" + side,
        JsonValue.object()
            .put("model_type", "resnet")
            .put("layer_type", type)
            .put("num_channels", 3)
            .put("embedding_size", 64)
            .put("hidden_sizes", numbers(64 * wider, 128 * wider, 256 * wider, 512 * wider))
            .put("depths", depths)
            .build(),
        count,
        3,
        side);
  }

  private static JsonArray numbers(int... numbers) {
    return JsonValue.array(IntStream.of(numbers).mapToObj(JsonValue::of).toList());
  }

  private static TrainCase pictures(
      String name, JsonObject config, int count, int channels, int side) {
    var sgd = new OptimizerPlan(OptimizerName.SGD, 0.01, 0, 0.9, 0.9, 0.999, 1e-8);
    return new TrainCase(
        name,
        config,
        Head.of(Task.IMAGE_CLASSIFICATION, PICTURE_LABELS),
        plan(count, sgd, OptionalDouble.empty()),
        random -> noise(random, count, channels, side));
  }

  private static Inputs noise(RandomGenerator random, int count, int channels, int side) {
    float[][] pixels = new float[count][channels * side * side];
    for (float[] picture : pixels) {
      for (int i = 0; i < picture.length; i++) {
        picture[i] = (float) random.nextGaussian();
      }
    }
    return new ImageInputs(
        channels,
        side,
        side,
        (example, into) -> into.put(pixels[example]),
        new Targets.Labels(random.ints(count, 0, PICTURE_LABELS).toArray()));
  }

  private static TrainPlan adamW(int batch, double rate) {
    var adamW = new OptimizerPlan(OptimizerName.ADAMW, rate, 0.01, 0, 0.9, 0.999, 1e-8);
    return plan(batch, adamW, OptionalDouble.of(0.1));
  }

  /** Without clipping, at a constant rate, as the scripts in Python have it. */
  private static TrainPlan plan(int batch, OptimizerPlan optimizer, OptionalDouble dropout) {
    return new TrainPlan(
        new TrainedPart.All(),
        1,
        batch,
        optimizer,
        new SchedulePlan(ScheduleName.CONSTANT, 0, ScheduleSpan.ROUND),
        0,
        dropout,
        1,
        LossPlan.USUAL);
  }

  /** The shape of all-MiniLM-L6-v2. */
  static JsonObject minilmConfig() {
    return JsonValue.object()
        .put("model_type", "bert")
        .put("vocab_size", 30_522)
        .put("hidden_size", 384)
        .put("num_hidden_layers", 6)
        .put("num_attention_heads", 12)
        .put("intermediate_size", 1_536)
        .put("max_position_embeddings", 512)
        .put("type_vocab_size", 2)
        .put("layer_norm_eps", 1e-12)
        .build();
  }
}
