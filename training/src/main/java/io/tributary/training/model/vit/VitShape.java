package io.tributary.training.model.vit;

import io.tributary.training.model.Activation;
import io.tributary.training.model.ModelConfig;
import java.util.List;

/**
 * The sizes of a Vision Transformer.
 *
 * @param height of a picture in pixels, and so on
 * @param biased whether query, key and value have biases
 */
record VitShape(
    int channels,
    int height,
    int width,
    int patchHeight,
    int patchWidth,
    int hidden,
    int layers,
    int heads,
    int inner,
    boolean biased,
    Activation activation,
    double epsilon) {
  static VitShape of(ModelConfig config) {
    List<Integer> image = pair(config, "image_size", 224);
    List<Integer> patch = pair(config, "patch_size", 16);
    int hidden = atLeastOne(config, "hidden_size", 768);
    int heads = atLeastOne(config, "num_attention_heads", 12);
    if (hidden % heads != 0) {
      throw config.refusal("num_attention_heads", heads, "a divisor of hidden_size " + hidden);
    }
    if (image.get(0) < patch.get(0) || image.get(1) < patch.get(1)) {
      throw config.refusal("patch_size", patch, "at most image_size " + image);
    }
    return new VitShape(
        atLeastOne(config, "num_channels", 3),
        image.get(0),
        image.get(1),
        patch.get(0),
        patch.get(1),
        hidden,
        atLeastOne(config, "num_hidden_layers", 12),
        heads,
        atLeastOne(config, "intermediate_size", 3072),
        config.flag("qkv_bias", true),
        Activation.of(config, "hidden_act", "gelu"),
        config.number("layer_norm_eps", 1e-12));
  }

  private static int atLeastOne(ModelConfig config, String key, int byDefault) {
    int size = config.size(key, byDefault);
    if (size < 1) {
      throw config.refusal(key, size, ">= 1");
    }
    return size;
  }

  /** Height and width: two numbers, or one for both. */
  private static List<Integer> pair(ModelConfig config, String key, int byDefault) {
    List<Integer> pair =
        config.isList(key)
            ? config.sizes(key)
            : List.of(config.size(key, byDefault), config.size(key, byDefault));
    if (pair.size() != 2 || pair.stream().anyMatch(size -> size < 1)) {
      throw config.refusal(key, pair, "a size >= 1, or height and width");
    }
    return pair;
  }

  /**
   * Patches of a picture; pixels that fill none, at the right and the bottom, are not looked at.
   */
  int patches() {
    return (height / patchHeight) * (width / patchWidth);
  }
}
