package io.tributary.training.evaluate;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Metric;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.TaskKind;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.TokenSums;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Evaluates a live model. Examples are taken in the order of their lengths, so that batches need
 * hardly any padding; sums are taken in an order that does not depend on how they were batched.
 */
public final class Evaluator {
  /** Resamples of an interval; each is of all examples. */
  private static final int RESAMPLES = 200;

  /** More resampled examples than this take too long for every round. */
  private static final long MOST_RESAMPLED = 20_000_000;

  private final LiveModel model;
  private final Plan plan;
  private final TaskKind kind;

  public Evaluator(LiveModel model, Plan plan) {
    this.model = model;
    this.plan = plan;
    this.kind = TaskKind.of(plan.model());
  }

  /** The figures of labelled examples without intervals, which take far longer than they do. */
  public MetricReport figures(Inputs inputs, BooleanSupplier cancelled) {
    return predictions(inputs, cancelled, done -> {}).report();
  }

  /**
   * The figures of labelled examples, with intervals of those that the plan shows: Wilson's of the
   * accuracy, the bootstrap's of the others.
   *
   * @param progress told how many examples are done
   */
  EvaluationReport report(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
    Predictions predictions = predictions(inputs, cancelled, progress);
    MetricReport plain = predictions.report();
    MetricReport metrics = plain.withIntervals(intervals(predictions, plain));
    Interval accuracy = metrics.accuracy().orElse(new Interval(Double.NaN, Double.NaN));
    return new EvaluationReport(
        inputs.size(),
        inputs.size() == 0 ? 0 : figure(metrics, Metric.LOSS),
        figure(metrics, Metric.ACCURACY),
        accuracy.low(),
        accuracy.high(),
        figure(metrics, Metric.MACRO_F1),
        metrics.classes(),
        Optional.of(metrics),
        Optional.of(predictions.tally()));
  }

  private Map<Metric, Interval> intervals(Predictions predictions, MetricReport report) {
    Map<Metric, Interval> intervals = new EnumMap<>(Metric.class);
    if (report.find(Metric.ACCURACY).isPresent()) {
      report.accuracy().ifPresent(interval -> intervals.put(Metric.ACCURACY, interval));
    }
    if ((long) predictions.size() * RESAMPLES > MOST_RESAMPLED || predictions.size() == 0) {
      return intervals;
    }
    List<Metric> resampled =
        plan.evaluation().shown(kind).stream()
            .filter(metric -> report.find(metric).isPresent() && !intervals.containsKey(metric))
            .toList();
    if (resampled.isEmpty()) {
      return intervals;
    }
    RandomGenerator random =
        new RandomStreams(plan.seed()).stream(0, RandomStreams.COORDINATOR, Bootstrap.PURPOSE);
    List<Interval> drawn = predictions.intervals(resampled, new Bootstrap(RESAMPLES, 0.95), random);
    for (int i = 0; i < drawn.size(); i++) {
      intervals.put(resampled.get(i), drawn.get(i));
    }
    return intervals;
  }

  private static double figure(MetricReport metrics, Metric metric) {
    return metrics.find(metric).orElse(Double.NaN);
  }

  /** One figure of labelled examples; NaN where there is none. */
  public double figure(Inputs inputs, Metric metric, BooleanSupplier cancelled) {
    return predictions(inputs, cancelled, done -> {}).figure(metric).orElse(Double.NaN);
  }

  private Predictions predictions(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
    if (kind == TaskKind.LANGUAGE_MODELLING) {
      return nextTokens(inputs, cancelled, progress);
    }
    if (inputs.targets().perToken()) {
      var tokens = new TokenScores(plan.model().labels(), inputs);
      walk(inputs, batch -> tokens.add(batch, model.logits(inputs, batch)), cancelled, progress);
      return tokens.predictions();
    }
    float[] scores = scores(inputs, cancelled, progress);
    return ExampleScores.predictions(kind, plan.model().labels(), inputs.targets(), scores);
  }

  /** Of language models, whose scores for whole vocabularies are never held all together. */
  private Predictions nextTokens(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
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
    return all;
  }

  /** The scores of every example, row by row, in the order of the examples. */
  float[] scores(Inputs inputs, BooleanSupplier cancelled, IntConsumer progress) {
    int count = model.head().outputs();
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

  /** What is told of one example's tokens: its position, and a row of scores for each token. */
  interface TokenVisit {
    void visit(int example, float[] scores);
  }

  /** The scores of the tokens of every example, without padding, in any order of the examples. */
  void tokens(Inputs inputs, TokenVisit visit, BooleanSupplier cancelled) {
    int count = model.head().outputs();
    walk(
        inputs,
        batch -> {
          float[] scores = model.logits(inputs, batch);
          int at = 0;
          for (int example : batch) {
            int end = at + inputs.length(example) * count;
            visit.visit(example, Arrays.copyOfRange(scores, at, end));
            at = end;
          }
        },
        cancelled,
        done -> {});
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
    int batchSize = plan.evaluation().batchSize();
    for (int start = 0; start < order.length; start += batchSize) {
      if (cancelled.getAsBoolean()) {
        throw new FederationException(
            ErrorKind.CANCELLED, "evaluation: cancelled after " + start + " examples.");
      }
      int end = Math.min(order.length, start + batchSize);
      visit.accept(Arrays.copyOfRange(order, start, end));
      progress.accept(end);
    }
  }
}
