package io.tributary.training.model.lenet;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.BatchTargets;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.ImageBatch;
import io.tributary.training.model.ImageInputs;
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
 * <p>Numbers of all pictures of a batch lie beside each other, (channel, row, column, picture), so
 * that windows are copied in long runs, a convolution is one product of matrices, and the largest
 * of two by two are taken of whole runs. That a batch's working memory is used again saves half of
 * the time: fresh pages of megabytes cost more than what is computed on them.
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
          pixels(batch, inputs, examples),
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
          "lenet_logits", values(), pixels(batch, inputs, examples), work(examples.length), forms);
    }
  }

  private Tensor pixels(TorchScope batch, Inputs inputs, int[] examples) {
    Convolution first = shape.convolutions().get(0);
    ImageInputs images = ImageBatch.images(inputs, shape);
    if (images.height() != first.size() || images.width() != first.size()) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "pictures",
          images.height() + " x " + images.width(),
          first.size() + " x " + first.size() + ", the image_size of the model",
          "Give this size in preprocessor_config.json.");
    }
    return ImageBatch.of(batch, inputs, examples, shape, first.inputs());
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
