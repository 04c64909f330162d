package io.tributary.training.model.llama;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.training.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The sizes of a Llama or Qwen2.
 *
 * @param type {@code llama} or {@code qwen2}
 * @param groups heads of keys and values; each serves {@code heads / groups} heads of queries
 *     (Ainslie et al., 2023)
 * @param width of one head, even
 * @param inner width of the feed-forward part
 * @param positions the longest text
 * @param queryBias whether query, key and value have biases
 * @param outBias whether the projection behind attention has one
 * @param innerBias whether the feed-forward part has some
 * @param window how many tokens, itself included, a token attends to in a windowed layer; 0 where
 *     no layer is
 * @param windowed for each layer whether it attends to the window alone
 */
record LlamaShape(
    String type,
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int groups,
    int width,
    int inner,
    int positions,
    boolean queryBias,
    boolean outBias,
    boolean innerBias,
    int window,
    List<Boolean> windowed) {
  static final String LLAMA = "llama";
  static final String QWEN2 = "qwen2";
  private static final int USUAL_WINDOW = 4096;
  private static final int USUAL_FULL_LAYERS = 28;
  private static final String SLIDING = "sliding_attention";

  LlamaShape {
    windowed = List.copyOf(windowed);
  }

  static LlamaShape of(ModelConfig config) {
    String type = config.text("model_type", "");
    boolean qwen = type.equals(QWEN2);
    int hidden = atLeastOne(config, "hidden_size");
    int layers = atLeastOne(config, "num_hidden_layers");
    int heads = atLeastOne(config, "num_attention_heads");
    int groups = config.size("num_key_value_heads", heads);
    if (groups < 1 || heads % groups != 0) {
      throw config.refusal("num_key_value_heads", groups, "a divisor of the " + heads + " heads");
    }
    boolean attentionBias = !qwen && config.flag("attention_bias", false);
    List<Boolean> windowed = qwen ? windowed(config, layers) : full(layers);
    return new LlamaShape(
        type,
        atLeastOne(config, "vocab_size"),
        hidden,
        layers,
        heads,
        groups,
        width(config, hidden, heads),
        atLeastOne(config, "intermediate_size"),
        config.size("max_position_embeddings", qwen ? 32_768 : 2_048),
        qwen || attentionBias,
        attentionBias,
        !qwen && config.flag("mlp_bias", false),
        windowed.contains(true) ? window(config) : 0,
        windowed);
  }

  private static int atLeastOne(ModelConfig config, String key) {
    int size = config.size(key);
    if (size < 1) {
      throw config.refusal(key, size, ">= 1");
    }
    return size;
  }

  /** Halves of a head are turned together, so that its width must be even. */
  private static int width(ModelConfig config, int hidden, int heads) {
    boolean given = config.find("head_dim").isPresent();
    int width = given ? config.size("head_dim") : hidden / heads;
    if (!given && hidden % heads != 0) {
      throw config.refusal(
          "num_attention_heads", heads, "a divisor of hidden_size " + hidden + ", or a head_dim");
    }
    if (width < 2 || width % 2 != 0) {
      throw config.refusal("head_dim", width, "an even number >= 2");
    }
    return width;
  }

  private static List<Boolean> full(int layers) {
    List<Boolean> full = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      full.add(false);
    }
    return full;
  }

  /** By {@code layer_types}, of transformers 5, or by {@code max_window_layers}. */
  private static List<Boolean> windowed(ModelConfig config, int layers) {
    if (!config.flag("use_sliding_window", false)) {
      return full(layers);
    }
    int fullLayers = config.size("max_window_layers", USUAL_FULL_LAYERS);
    List<Boolean> windowed = new ArrayList<>();
    if (config.find("layer_types").orElse(null) instanceof JsonArray types) {
      types.items().forEach(type -> windowed.add(sliding(config, type)));
    } else {
      for (int layer = 0; layer < layers; layer++) {
        windowed.add(layer >= fullLayers);
      }
    }
    if (windowed.size() != layers) {
      throw config.refusal("layer_types", windowed.size() + " entries", "one for each layer");
    }
    return windowed;
  }

  private static boolean sliding(ModelConfig config, JsonValue type) {
    String word = type instanceof JsonString text ? text.value() : type.canonical();
    if (!Set.of(SLIDING, "full_attention").contains(word)) {
      throw config.refusal("layer_types", word, "full_attention or " + SLIDING);
    }
    return word.equals(SLIDING);
  }

  private static int window(ModelConfig config) {
    int window = config.size("sliding_window", USUAL_WINDOW);
    if (window < 1) {
      throw config.refusal("sliding_window", window, ">= 1");
    }
    return window;
  }
}
