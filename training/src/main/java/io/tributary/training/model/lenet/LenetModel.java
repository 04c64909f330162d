package io.tributary.training.model.lenet;

import io.tributary.training.model.BatchTargets;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.ImageBatch;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A small convolutional network live.
 *
 * <p>Numbers of all pictures of a batch lie beside each other, (row, channel, column, picture), so
 * that the rows which one row of windows sees follow each other: windows are copied along the width
 * only, in long runs, and a row of sums is one product of matrices over a part of them that
 * overlaps its neighbours' (im2col with a fifth of its memory; what does not fit the second-level
 * cache costs more than what is computed on it). The largest of two by two are taken of whole runs,
 * before the bias is added, which changes no bit. That a batch's working memory is used again saves
 * as much again: fresh pages of megabytes cost more than the sums.
 */
final class LenetModel extends LiveModel {
  private final LenetArchitecture shape;
  private final double dropout;
  private final long[] forms;
  private TorchScope workScope;
  private TensorList work;
  private int workBatch;

  LenetModel(LenetArchitecture shape, TorchScope scope, LiveParameters parameters, double dropout) {
    super(scope, parameters, shape.head());
    this.shape = shape;
    this.dropout = dropout;
    forms = shape.convolutions().stream().flatMapToLong(c -> Arrays.stream(c.form())).toArray();
    workScope = scope.child();
    work = workScope.list(List.of());
  }

  @Override
  public double gradients(Inputs inputs, int[] examples, DropoutMasks masks) {
    try (TorchScope batch = scope().child()) {
      return batch.number(
          "lenet_gradients",
          values(),
          gradientList(),
          ImageBatch.of(batch, inputs, examples, shape),
          BatchTargets.of(batch, head(), inputs, examples, 1).target(),
          loss().weights(),
          loss().kind(),
          batch.list(masks(batch, hidden(examples.length), masks)),
          work(examples.length),
          forms,
          (long) parameters().lowest());
    }
  }

  @Override
  protected Tensor scores(TorchScope into, Inputs inputs, int[] examples) {
    try (TorchScope batch = scope().child()) {
      return into.call(
          "lenet_logits",
          values(),
          ImageBatch.of(batch, inputs, examples, shape),
          work(examples.length),
          forms);
    }
  }

  private List<Dropout> hidden(long rows) {
    List<Integer> widths = shape.widths();
    return widths.subList(1, widths.size() - 1).stream()
        .map(width -> new Dropout(rows * width, dropout))
        .toList();
  }

  /** Kept while batches have the same size. */
  private TensorList work(int batch) {
    if (batch != workBatch) {
      workScope.close();
      workScope = scope().child();
      Tensor memory = workScope.floats(batch * sizes().sum());
      List<Tensor> parts = new ArrayList<>();
      long at = 0;
      for (long size : sizes().toArray()) {
        parts.add(workScope.part(memory, at, batch * size));
        at += batch * size;
      }
      work = workScope.list(parts);
      workBatch = batch;
    }
    return work;
  }

  private LongStream sizes() {
    return shape.convolutions().stream().flatMapToLong(c -> Arrays.stream(c.buffers()));
  }
}
