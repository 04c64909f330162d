package io.tributary.training.evaluate;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.TokenSums;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
  private final boolean language;

  public Evaluator(LiveModel model, Plan plan) {
    this.model = model;
    this.labels = plan.model().labels();
    this.batchSize = plan.evaluation().batchSize();
    this.language = plan.model().task().output() == Task.Output.NEXT_TOKEN;
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
    if (language) {
      return tokens(inputs, cancelled, progress);
    }
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

  /** Of next tokens: the accuracy is theirs, and there are no labels. */
  private EvaluationReport tokens(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
    TokenSums[] sums = new TokenSums[inputs.size()];
    int[] places = new int[inputs.size()];
    walk(
        inputs,
        batch -> {
          TokenSums found = model.foretold(inputs, batch);
          for (int i = 0; i < batch.length; i++) {
            sums[batch[i]] = found;
            places[batch[i]] = i;
          }
        },
        cancelled,
        progress);
    TokenPredictions all = TokenPredictions.ofAtMost(inputs.size());
    for (int i = 0; i < sums.length; i++) {
      int at = places[i];
      all.add(sums[i].counted()[at], sums[i].right()[at], sums[i].losses()[at]);
    }
    MetricReport metrics = all.report();
    Interval interval = metrics.accuracy().orElseThrow();
    return new EvaluationReport(
        inputs.size(),
        figure(metrics, Metric.LOSS),
        figure(metrics, Metric.ACCURACY),
        interval.low(),
        interval.high(),
        0,
        List.of(),
        Optional.of(metrics));
  }

  private static double figure(MetricReport metrics, Metric metric) {
    return metrics.find(metric).orElseThrow();
  }

  /** The scores of every example, row by row, in the order of the examples. */
  float[] scores(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
    int count = labels.size();
    float[] scores = new float[Math.multiplyExact(inputs.size(), count)];
    walk(
        inputs,
        batch -> {
          float[] part = model.logits(inputs, batch);
          for (int i = 0; i < batch.length; i++) {
            System.arraycopy(part, i * count, scores, batch[i] * count, count);
          }
        },
        cancelled,
        progress);
    return scores;
  }

  /** Batch by batch, by the positions of the examples, in the order of their lengths. */
  private void walk(
      Inputs inputs, Consumer<int[]> visit, BooleanSupplier cancelled, IntConsumer progress) {
    int[] order =
        IntStream.range(0, inputs.size())
            .boxed()
            .sorted(Comparator.comparingInt(inputs::length))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int start = 0; start < order.length; start += batchSize) {
      if (cancelled.getAsBoolean()) {
        throw new FederationException(
            ErrorKind.CANCELLED, "evaluation: cancelled after " + start + " examples.");
      }
      int[] batch = Arrays.copyOfRange(order, start, Math.min(order.length, start + batchSize));
      visit.accept(batch);
      progress.accept(start + batch.length);
    }
  }
}
