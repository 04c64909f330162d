package io.tributary.training.model.bert;

import io.tributary.training.model.Activation;
import io.tributary.training.model.ModelConfig;
import java.util.List;

/**
 * The sizes of BERT or a relative.
 *
 * @param positions rows of the position table
 * @param types of tokens; 0 where tokens have none
 * @param offset of the position of a text's first token; 0: positions do not depend on padding
 */
record BertShape(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int inner,
    int positions,
    int types,
    int offset,
    int pad,
    Activation activation,
    double epsilon) {
  /** Keys as BERT and RoBERTa have them. */
  static BertShape bert(ModelConfig config, boolean roberta) {
    String positions = config.text("position_embedding_type", "absolute");
    if (!positions.equals("absolute")) {
      throw config.refusal("position_embedding_type", positions, "absolute");
    }
    for (String key : List.of("is_decoder", "add_cross_attention")) {
      if (config.flag(key, false)) {
        throw config.refusal(key, true, "false: texts are seen from both sides");
      }
    }
    int pad = config.size("pad_token_id", roberta ? 1 : 0);
    var shape =
        new BertShape(
            config.size("vocab_size"),
            config.size("hidden_size"),
            config.size("num_hidden_layers"),
            config.size("num_attention_heads"),
            config.size("intermediate_size"),
            config.size("max_position_embeddings"),
            config.size("type_vocab_size", 2),
            roberta ? pad + 1 : 0,
            pad,
            Activation.of(config, "hidden_act", "gelu"),
            config.number("layer_norm_eps", 1e-12));
    shape.check(config, "num_attention_heads", "hidden_size");
    if (shape.types < 1) {
      throw config.refusal("type_vocab_size", shape.types, ">= 1");
    }
    return shape;
  }

  static BertShape distilbert(ModelConfig config) {
    var shape =
        new BertShape(
            config.size("vocab_size"),
            config.size("dim"),
            config.size("n_layers"),
            config.size("n_heads"),
            config.size("hidden_dim"),
            config.size("max_position_embeddings"),
            0,
            0,
            config.size("pad_token_id", 0),
            Activation.of(config, "activation", "gelu"),
            1e-12);
    shape.check(config, "n_heads", "dim");
    return shape;
  }

  private void check(ModelConfig config, String headsKey, String hiddenKey) {
    if (heads < 1 || hidden < 1 || hidden % heads != 0) {
      throw config.refusal(headsKey, heads, "a divisor of " + hiddenKey + " " + hidden);
    }
  }

  /** How many tokens a text may have. */
  int longestText() {
    return positions - offset;
  }
}
