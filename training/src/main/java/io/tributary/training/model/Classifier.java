package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.List;

/**
 * A model live in torch. Belongs to the thread that opened it; everything native is freed when it
 * closes, and nothing but the parameters outlives a batch.
 */
public abstract sealed class Classifier implements AutoCloseable
    permits BertClassifier, MlpClassifier {
  private final TorchScope scope;
  private final LiveParameters parameters;
  private final TensorList values;
  private final TensorList gradients;
  private final TensorList noTensors;
  private TorchScope maskScope;
  private List<Tensor> maskMemory = List.of();
  private TorchScope lastBatch;

  Classifier(TorchScope scope, LiveParameters parameters) {
    this.scope = scope;
    this.parameters = parameters;
    values = parameters.values();
    gradients = parameters.gradients();
    noTensors = scope.list(List.of());
    maskScope = scope.child();
    lastBatch = scope.child();
  }

  /**
   * Loads a model.
   *
   * @param rows the tokens of every text it will be given; {@link TokenRows#none} without texts
   * @param training whether gradients will be asked for
   */
  public static Classifier open(
      TorchRuntime runtime, TrainPlan plan, ModelValues values, TokenRows rows, boolean training)
      throws IOException {
    Architecture architecture = values.architecture();
    TorchScope scope = runtime.scope();
    try {
      int lowest = architecture.lowest(plan.what());
      var parameters = new LiveParameters(scope, architecture, rows, lowest, training);
      parameters.load(values);
      return architecture.classifier(scope, parameters, plan.dropout());
    } catch (IOException | RuntimeException e) {
      scope.close();
      throw e;
    }
  }

  public LiveParameters parameters() {
    return parameters;
  }

  /** Scope that lives as long as the model, for an optimizer's state. */
  public TorchScope scope() {
    return scope;
  }

  /**
   * Mean cross-entropy of a batch in nats; its gradients are in the parameters' gradient memory
   * afterwards.
   *
   * @param batch positions of the examples
   */
  public abstract double gradients(Inputs inputs, int[] batch, DropoutMasks masks);

  /**
   * Mean binary cross-entropy of models with one output, the label being the target; gradients as
   * above, without dropout.
   *
   * @param positiveWeight factor of the loss of examples with target 1
   */
  public double binaryGradients(Inputs inputs, int[] batch, float positiveWeight) {
    throw wrongInputs("mlp with one output");
  }

  /** The scores of a batch, row by row, one score a label; without dropout. */
  public abstract float[] logits(Inputs inputs, int[] batch);

  TensorList values() {
    return values;
  }

  TensorList gradientList() {
    return gradients;
  }

  TensorList noTensors() {
    return noTensors;
  }

  /** Keeps the memory of a batch until the next batch is kept. */
  void keep(TorchScope batch) {
    lastBatch.close();
    lastBatch = batch;
  }

  /** The memory for the masks of a batch, as float32 bits; it grows as batches need it. */
  IntBuffer maskMemory(long elements) {
    if (maskMemory.isEmpty() || maskMemory.get(0).elements() < elements) {
      maskScope.close();
      maskScope = scope.child();
      maskMemory = List.of(maskScope.floats(elements));
    }
    return maskMemory.get(0).bytes().asIntBuffer();
  }

  TensorList maskList(TorchScope batch) {
    return batch.list(maskMemory);
  }

  static Tensor labels(TorchScope batch, Inputs inputs, int[] examples) {
    Tensor labels = batch.longs(examples.length);
    LongBuffer into = labels.longs();
    for (int example : examples) {
      into.put(inputs.label(example));
    }
    return labels;
  }

  static float[] copy(Tensor logits) {
    FloatBuffer from = logits.floats();
    float[] copy = new float[from.remaining()];
    from.get(copy);
    return copy;
  }

  static FederationException wrongInputs(String family) {
    return FederationException.of(
        ErrorKind.INVALID_DATA,
        "examples",
        "of another kind",
        "what a model of the family " + family + " takes",
        "Choose another base model or data.");
  }

  @Override
  public void close() {
    scope.close();
  }
}
