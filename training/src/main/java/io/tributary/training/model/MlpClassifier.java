package io.tributary.training.model;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** A multi-layer perceptron live. */
final class MlpClassifier extends Classifier {
  private final MlpArchitecture shape;
  private final double dropout;

  MlpClassifier(
      MlpArchitecture shape, TorchScope scope, LiveParameters parameters, double dropout) {
    super(scope, parameters);
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
          labels(batch, inputs, examples),
          masks(batch, examples.length, masks),
          (long) parameters().lowest());
    }
  }

  @Override
  public double binaryGradients(Inputs inputs, int[] examples, float positiveWeight) {
    try (TorchScope batch = scope().child()) {
      Tensor targets = batch.floats(examples.length, 1);
      FloatBuffer into = targets.floats();
      for (int example : examples) {
        into.put(inputs.label(example));
      }
      Tensor weight = batch.floats(1);
      weight.floats().put(positiveWeight);
      return batch.number(
          "mlp_binary_gradients",
          values(),
          gradientList(),
          features(batch, inputs, examples),
          targets,
          weight);
    }
  }

  @Override
  public float[] logits(Inputs inputs, int[] examples) {
    try (TorchScope batch = scope().child()) {
      return copy(batch.call("mlp_logits", values(), features(batch, inputs, examples)));
    }
  }

  private Tensor features(TorchScope batch, Inputs inputs, int[] examples) {
    if (!(inputs instanceof RowInputs rows)) {
      throw wrongInputs(shape.family());
    }
    Tensor features = batch.floats(examples.length, shape.inputs());
    FloatBuffer into = features.floats();
    for (int example : examples) {
      float[] row = rows.features()[example];
      if (row.length != shape.inputs()) {
        throw wrongInputs(shape.family() + " with " + shape.inputs() + " inputs");
      }
      into.put(row);
    }
    return features;
  }

  private TensorList masks(TorchScope batch, int rows, DropoutMasks masks) {
    if (!masks.active() || dropout == 0 || shape.layers() == 0) {
      return noTensors();
    }
    long hidden = shape.widths().subList(1, shape.layers() + 1).stream().mapToLong(w -> w).sum();
    IntBuffer memory = maskMemory(rows * hidden);
    memory.limit(Math.toIntExact(rows * hidden));
    masks.fill(memory, 0, dropout);
    return maskList(batch);
  }
}
