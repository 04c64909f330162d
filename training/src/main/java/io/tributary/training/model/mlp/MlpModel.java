package io.tributary.training.model.mlp;

import io.tributary.training.model.BatchTargets;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.RowInputs;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.util.List;

/** A multi-layer perceptron live. */
final class MlpModel extends LiveModel {
  private final MlpArchitecture shape;
  private final double dropout;

  MlpModel(MlpArchitecture shape, TorchScope scope, LiveParameters parameters, double dropout) {
    super(scope, parameters, shape.head());
    this.shape = shape;
    this.dropout = dropout;
  }

  @Override
  public double gradients(Inputs inputs, int[] examples, DropoutMasks masks) {
    try (TorchScope batch = scope().child()) {
      return batch.number(
          "mlp_gradients",
          values(),
          gradientList(),
          features(batch, inputs, examples),
          BatchTargets.of(batch, head(), inputs, examples, 1).target(),
          loss().weights(),
          loss().kind(),
          batch.list(masks(batch, hidden(examples.length), masks)),
          (long) parameters().lowest());
    }
  }

  @Override
  protected Tensor scores(TorchScope into, Inputs inputs, int[] examples) {
    try (TorchScope batch = scope().child()) {
      return into.call("mlp_logits", values(), features(batch, inputs, examples));
    }
  }

  private Tensor features(TorchScope batch, Inputs inputs, int[] examples) {
    if (!(inputs instanceof RowInputs rows)) {
      throw wrongInputs("a model of the family " + shape.family());
    }
    Tensor features = batch.floats(examples.length, shape.inputs());
    FloatBuffer into = features.floats();
    for (int example : examples) {
      float[] row = rows.features()[example];
      if (row.length != shape.inputs()) {
        throw wrongInputs("a model of the family mlp with " + shape.inputs() + " inputs");
      }
      into.put(row);
    }
    return features;
  }

  private List<Dropout> hidden(long rows) {
    return shape.widths().subList(1, shape.layers() + 1).stream()
        .map(width -> new Dropout(rows * width, dropout))
        .toList();
  }
}
