package io.tributary.training.model.bert;

import io.tributary.training.model.Head;
import java.util.List;

/** The heads of BERT and its relatives, as the script numbers them. */
enum BertHead {
  /** First token, linear, tanh, dropout, linear. */
  POOLER(0, "bert.pooler.dense", "classifier"),
  /** Dropout, linear, for every token. */
  TOKENS(1, "", "classifier"),
  /** First token, dropout, linear, tanh, dropout, linear. */
  ROBERTA(2, "classifier.dense", "classifier.out_proj"),
  /** First token, linear, ReLU, dropout, linear. */
  DISTILBERT(3, "pre_classifier", "classifier");

  private final int code;
  private final String dense;
  private final String output;

  BertHead(int code, String dense, String output) {
    this.code = code;
    this.dense = dense;
    this.output = output;
  }

  static BertHead of(BertNames names, Head head) {
    if (head.task().perToken()) {
      return TOKENS;
    }
    return switch (names.family()) {
      case "roberta" -> ROBERTA;
      case "distilbert" -> DISTILBERT;
      default -> POOLER;
    };
  }

  /** The number by which the script knows it. */
  int code() {
    return code;
  }

  /** Name of the layer before the last; empty where there is none. */
  String dense() {
    return dense;
  }

  /** Name of the layer whose outputs are the scores. */
  String output() {
    return output;
  }

  /** How many dropout masks it takes for each of its rows. */
  int masks() {
    return this == ROBERTA ? 2 : 1;
  }

  List<String> outputParameters() {
    return List.of(output + ".weight", output + ".bias");
  }
}
