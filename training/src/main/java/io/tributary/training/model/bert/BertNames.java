package io.tributary.training.model.bert;

import java.util.List;

/**
 * How a relative of BERT names its parameters.
 *
 * @param family word of {@code model_type}, and the first part of every name below the head
 * @param model first part of the names of its classes in transformers
 * @param layer start of a layer's names, before its number
 * @param attention query, key, value, output
 * @param feedForward up, down
 * @param norms behind attention, behind the feed-forward part
 */
record BertNames(
    String family,
    String model,
    String layer,
    List<String> attention,
    List<String> feedForward,
    List<String> norms) {
  private static final List<String> ATTENTION =
      List.of(
          "attention.self.query",
          "attention.self.key",
          "attention.self.value",
          "attention.output.dense");
  private static final List<String> FEED_FORWARD = List.of("intermediate.dense", "output.dense");
  private static final List<String> NORMS =
      List.of("attention.output.LayerNorm", "output.LayerNorm");

  static final BertNames BERT =
      new BertNames("bert", "Bert", "bert.encoder.layer.", ATTENTION, FEED_FORWARD, NORMS);
  static final BertNames ROBERTA =
      new BertNames("roberta", "Roberta", "roberta.encoder.layer.", ATTENTION, FEED_FORWARD, NORMS);
  static final BertNames DISTILBERT =
      new BertNames(
          "distilbert",
          "DistilBert",
          "distilbert.transformer.layer.",
          List.of("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),
          List.of("ffn.lin1", "ffn.lin2"),
          List.of("sa_layer_norm", "output_layer_norm"));

  String embeddings() {
    return family + ".embeddings.";
  }

  String prefix() {
    return family + ".";
  }
}
