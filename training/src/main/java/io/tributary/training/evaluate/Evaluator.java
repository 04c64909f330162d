package io.tributary.training.evaluate;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Evaluates a live model. Examples are taken in the order of their lengths, so that batches need
 * hardly any padding; sums are taken in the order of the examples, so that the report does not
 * depend on how they were batched.
 */
public final class Evaluator {
  private final LiveModel model;
  private final List<String> labels;
  private final int batchSize;

  public Evaluator(LiveModel model, Plan plan) {
    this.model = model;
    this.labels = plan.model().labels();
    this.batchSize = plan.evaluation().batchSize();
  }

  /** The figures of labelled examples. */
  public EvaluationReport report(Inputs inputs, BooleanSupplier cancelled) {
    return report(inputs, cancelled, done -> {});
  }

  /**
   * The figures of labelled examples.
   *
   * @param progress told how many examples are done
   */
  EvaluationReport report(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
    float[] scores = scores(inputs, cancelled, progress);
    int[] truth = IntStream.range(0, inputs.size()).map(inputs::label).toArray();
    MetricReport metrics = ClassPredictions.ofLogits(labels, truth, scores).report();
    Interval interval = metrics.accuracy().orElseThrow();
    return new EvaluationReport(
        inputs.size(),
        inputs.size() == 0 ? 0 : figure(metrics, Metric.LOSS),
        figure(metrics, Metric.ACCURACY),
        interval.low(),
        interval.high(),
        figure(metrics, Metric.MACRO_F1),
        metrics.classes(),
        Optional.of(metrics));
  }

  private static double figure(MetricReport metrics, Metric metric) {
    return metrics.find(metric).orElseThrow();
  }

  /** The scores of every example, row by row, in the order of the examples. */
  float[] scores(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
    int count = labels.size();
    int[] order =
        IntStream.range(0, inputs.size())
            .boxed()
            .sorted(Comparator.comparingInt(inputs::length))
            .mapToInt(Integer::intValue)
            .toArray();
    float[] scores = new float[Math.multiplyExact(inputs.size(), count)];
    for (int start = 0; start < order.length; start += batchSize) {
      if (cancelled.getAsBoolean()) {
        throw new FederationException(
            ErrorKind.CANCELLED, "evaluation: cancelled after " + start + " examples.");
      }
      int[] batch = Arrays.copyOfRange(order, start, Math.min(order.length, start + batchSize));
      float[] part = model.logits(inputs, batch);
      for (int i = 0; i < batch.length; i++) {
        System.arraycopy(part, i * count, scores, batch[i] * count, count);
      }
      progress.accept(start + batch.length);
    }
    return scores;
  }
}
