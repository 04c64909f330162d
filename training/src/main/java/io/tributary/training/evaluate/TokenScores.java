package io.tributary.training.evaluate;

import io.tributary.training.model.Inputs;
import io.tributary.training.model.Targets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Makes predictions of tags from scores, batch by batch; scores themselves are not kept. */
final class TokenScores {
  private final List<String> labels;
  private final Inputs inputs;
  private final Targets.TokenLabels truth;
  private final List<TagPredictions.Sequence> sequences = new ArrayList<>();

  TokenScores(List<String> labels, Inputs inputs) {
    this.labels = labels;
    this.inputs = inputs;
    truth = (Targets.TokenLabels) inputs.targets();
  }

  /**
   * Adds a batch.
   *
   * @param scores a row for each token of the examples, in their order, without padding
   */
  void add(int[] batch, float[] scores) {
    int tokens = Arrays.stream(batch).map(inputs::length).sum();
    int outputs = scores.length / Math.max(1, tokens);
    int at = 0;
    for (int example : batch) {
      int end = at + inputs.length(example) * outputs;
      float[] own = Arrays.copyOfRange(scores, at, end);
      sequences.add(sequence(own, truth.labels(example), outputs));
      at = end;
    }
  }

  /** Of the tokens that count. */
  private static TagPredictions.Sequence sequence(float[] scores, int[] labels, int outputs) {
    int[] counted = IntStream.range(0, labels.length).filter(t -> labels[t] >= 0).toArray();
    int[] truth = new int[counted.length];
    int[] predicted = new int[counted.length];
    double loss = 0;
    for (int i = 0; i < counted.length; i++) {
      int row = counted[i] * outputs;
      truth[i] = labels[counted[i]];
      predicted[i] = Scores.best(scores, row, outputs);
      loss += Scores.loss(scores, row, outputs, truth[i]);
    }
    return new TagPredictions.Sequence(truth, predicted, loss);
  }

  Predictions predictions() {
    return new TagPredictions(labels, sequences);
  }
}
