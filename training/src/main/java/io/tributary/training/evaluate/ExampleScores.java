package io.tributary.training.evaluate;

import io.tributary.federation.plan.TaskKind;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.Targets;
import java.util.List;

/** Makes predictions of scores for whole examples. */
final class ExampleScores {
  private ExampleScores() {}

  /**
   * The predictions beside the truth.
   *
   * @param scores of shape (examples, outputs), row by row
   */
  static Predictions predictions(
      TaskKind kind, List<String> labels, Targets targets, float[] scores) {
    if (kind == TaskKind.CLASSIFICATION && targets instanceof Targets.Labels one) {
      return ClassPredictions.ofLogits(labels, one.labels(), scores);
    }
    if (targets instanceof Targets.Numbers numbers) {
      double[] truth = doubles(numbers.all());
      return kind == TaskKind.MULTI_LABEL
          ? multiLabel(labels, truth, scores)
          : new ValuePredictions(truth, doubles(scores));
    }
    throw LiveModel.wrongInputs("an evaluation of " + kind.token());
  }

  private static Predictions multiLabel(List<String> labels, double[] truth, float[] scores) {
    boolean[] had = new boolean[truth.length];
    double[] probabilities = new double[truth.length];
    for (int i = 0; i < truth.length; i++) {
      had[i] = truth[i] >= 0.5;
      probabilities[i] = 1 / (1 + Math.exp(-scores[i]));
    }
    return new MultiLabelPredictions(labels, had, probabilities);
  }

  private static double[] doubles(float[] floats) {
    double[] all = new double[floats.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = floats[i];
    }
    return all;
  }
}
