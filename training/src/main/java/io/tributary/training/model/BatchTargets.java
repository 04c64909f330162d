package io.tributary.training.model;

import io.tributary.federation.plan.Task;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What a batch should answer, as the loss takes it.
 *
 * @param target whole numbers for labels, one a row; else float32, row by row
 * @param rows which rows of all tokens of the batch count; empty where answers are for examples
 */
public record BatchTargets(Tensor target, List<Tensor> rows) {
  public BatchTargets {
    rows = List.copyOf(rows);
  }

  /**
   * The targets of a padded batch.
   *
   * @param length tokens of the padded batch's examples
   */
  public static BatchTargets of(
      TorchScope scope, Head head, Inputs inputs, int[] examples, int length) {
    return of(scope, head, inputs, examples, i -> i * length);
  }

  /**
   * The targets of a batch.
   *
   * @param start row of the first token of the batch's i-th example
   */
  public static BatchTargets of(
      TorchScope scope, Head head, Inputs inputs, int[] examples, IntUnaryOperator start) {
    Targets targets = inputs.targets();
    if (targets instanceof Targets.Labels labels && head.task().output() == Task.Output.LABEL) {
      return new BatchTargets(
          longs(scope, IntStream.of(examples).mapToLong(e -> labels.labels()[e])), List.of());
    }
    if (targets instanceof Targets.Numbers numbers && !head.task().perToken()) {
      Tensor tensor = scope.floats(examples.length, head.outputs());
      FloatBuffer into = tensor.floats();
      for (int example : examples) {
        numbers.put(example, into);
      }
      return new BatchTargets(tensor, List.of());
    }
    if (targets instanceof Targets.TokenLabels labels && head.task().perToken()) {
      int[][] batch = IntStream.of(examples).mapToObj(e -> labels.labels(e)).toArray(int[][]::new);
      return tokens(scope, head, batch, start);
    }
    throw LiveModel.wrongInputs("the task " + head.task().token());
  }

  /** Only tokens that count; for language modelling a token's row is asked for the next token. */
  private static BatchTargets tokens(
      TorchScope scope, Head head, int[][] labels, IntUnaryOperator start) {
    int shift = head.task().output() == Task.Output.NEXT_TOKEN ? 1 : 0;
    LongStream.Builder rows = LongStream.builder();
    LongStream.Builder wanted = LongStream.builder();
    for (int i = 0; i < labels.length; i++) {
      int[] own = labels[i];
      for (int t = shift; t < own.length; t++) {
        if (own[t] >= 0) {
          rows.add((long) start.applyAsInt(i) + t - shift);
          wanted.add(own[t]);
        }
      }
    }
    return new BatchTargets(longs(scope, wanted.build()), List.of(longs(scope, rows.build())));
  }

  /** The rows of all tokens but the padding, in the order of the examples. */
  static List<Tensor> everyToken(TorchScope scope, Inputs inputs, int[] examples, int length) {
    LongStream.Builder rows = LongStream.builder();
    for (int i = 0; i < examples.length; i++) {
      for (int t = 0; t < inputs.length(examples[i]); t++) {
        rows.add((long) i * length + t);
      }
    }
    return List.of(longs(scope, rows.build()));
  }

  private static Tensor longs(TorchScope scope, LongStream numbers) {
    long[] all = numbers.toArray();
    Tensor tensor = scope.longs(all.length);
    LongBuffer into = tensor.longs();
    into.put(all);
    return tensor;
  }
}
